package queue

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// withShop is a closed database that holds a catalogue, an access and some scans.
func withShop(t *testing.T) (path string) {
	return closed(t, func(q *Queue) {
		if _, err := q.Replace(t.Context(), anna, start, "test", catalogue(250), []agent.Place{{Bin: "B-0", Zone: "A", Label: "here"}}, nil); err != nil {
			t.Fatal(err)
		}
		put(t, q, events(agent.NewEvent(agent.AccessGranted, agent.Access{ID: "a", Name: "office", Role: agent.Manager, Hash: "00", Given: start})))
		openCount(t, q, 1)
		put(t, q, scans(aisle(0, 500)...))
	})
}

// spoilPages writes over the pages on which a table or index begins.
func spoilPages(t *testing.T, path, table string) {
	t.Helper()
	var page int64
	err := use(t.Context(), path, probing, func(s session) (err error) {
		page, _, err = first(s, value[int64], "SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
		return err
	})
	if err != nil || page == 0 {
		t.Fatal(page, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xA5}, 4096), (page-1)*4096); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileDoesNotStopTheScanning(t *testing.T) {
	for name, spoil := range map[string]func(path string){
		"the end of the log": func(path string) { spoilPages(t, path, "scan") },
		"the head":           func(path string) { spoilPages(t, path, "head") },
		"the first page": func(path string) {
			_ = os.WriteFile(path, append(make([]byte, 4096), content(t, path)[4096:]...), 0o600)
		},
		"a changed newest row": func(path string) { past(t, path, "UPDATE scan SET quantity = 9 WHERE seq = 400") },
	} {
		t.Run(name, func(t *testing.T) {
			path := withShop(t)
			spoil(path)
			before := content(t, path)
			var log bytes.Buffer
			open := func() *Queue {
				q, err := Open(t.Context(), path, Options{AllowFUSE: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { q.Close() })
				return q
			}
			q := open()
			refusedAs(t, q.Damage(), "database-fresh", path, "fresh-1")
			if stats, err := q.Stats(t.Context()); err != nil || stats.Damage == nil || stats.Path == path {
				t.Errorf("stats %+v %v", stats, err)
			}
			if !strings.Contains(log.String(), "database-fresh") {
				t.Errorf("the log says %q", log.String())
			}
			if name != "the first page" { // without which nothing of a file can be read
				found := lookUp(t, q, func(v agent.View) ([]agent.Match, error) { return v.Lookup(gtin(7)) })
				_, signedIn, _ := lookUpAccess(t, q)
				if len(found) != 1 || !signedIn {
					t.Errorf("carried over: %v, access %v", found, signedIn)
				}
			}
			if file, told, err := InUse(path); file != q.path || told == nil || err != nil || q.Acknowledged() {
				t.Errorf("in use %s %v %v", file, told, err)
			}
			if err := q.Acknowledge(anna); err != nil || !q.Acknowledged() {
				t.Errorf("acknowledged: %v", err)
			}
			openCount(t, q, 1)
			put(t, q, scans(read(1), read(2)))
			checkSound(t, q)
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			q = open() // the next start goes on in the same fresh file
			if tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); tally.Entries != 2 || q.Damage() == nil {
				t.Errorf("after a restart: %+v", tally)
			}
			if file, told, err := InUse(path); file != q.path || told != nil || err != nil || !q.Acknowledged() {
				t.Errorf("what was acknowledged is told again: %s %v %v", file, told, err)
			}
			if content(t, path) != before {
				t.Error("the damaged file was changed")
			}
		})
	}
}

// In a fresh file the same people work here, with their PINs and badges, signed in where
// they were, and nobody gets the name of somebody who has left.
func TestPeopleAreCarriedOver(t *testing.T) {
	path := closed(t, func(q *Queue) {
		put(t, q, events(
			agent.NewEvent(agent.AccessGranted, agent.Access{ID: "a", Name: "office", Role: agent.Admin, Hash: "00", Given: start}),
			agent.NewEvent(agent.PersonAdded, agent.Person{ID: "Anna", Name: "Anna", Role: agent.Counter, PIN: agent.PINProof("1234", []byte("salt")), Badge: agent.BadgeProof("card", []byte("salt")), Added: start}),
			agent.NewEvent(agent.PersonAdded, agent.Person{ID: "Ben", Name: "Ben", Role: agent.Manager, Added: start}),
			agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: "Ben"}),
			agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "a", Person: "Anna", By: agent.ByPIN})))
	})
	spoilPages(t, path, "head")
	q := openAt(t, path)
	if q.Damage() == nil {
		t.Fatal("the damage was not noticed")
	}
	people := lookUp(t, q, func(v agent.View) ([]agent.Person, error) { return v.People() })
	if len(people) != 1 || people[0].Role != agent.Counter || !agent.Proves("1234", people[0].PIN) || !agent.Proves("card", people[0].Badge) {
		t.Errorf("%+v", people)
	}
	signed := lookUp(t, q, func(v agent.View) (agent.Person, error) { p, _, _, err := v.SignedIn("a"); return p, err })
	if signed.Name != "Anna" {
		t.Errorf("signed in is %+v", signed)
	}
	left := lookUp(t, q, func(v agent.View) (bool, error) {
		_, here, found, err := v.PersonEver("Ben")
		return found && !here, err
	})
	if !left {
		t.Error("Ben's name is free")
	}
	checkSound(t, q)
}

func lookUpAccess(t *testing.T, q *Queue) (a agent.Access, found bool, err error) {
	t.Helper()
	err = q.Read(t.Context(), func(v agent.View) error {
		a, found, err = v.AccessByHash("00")
		return err
	})
	return a, found, err
}

func TestAFreshFileThatIsDamagedTooGetsAnother(t *testing.T) {
	path := withShop(t)
	spoilPages(t, path, "head")
	q := openAt(t, path)
	fresh := q.path
	if err := q.Acknowledge(anna); err != nil {
		t.Fatal(err)
	}
	openCount(t, q, 1)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	spoilPages(t, fresh, "head")
	q = openAt(t, path)
	if q.path == fresh || q.path == path || q.Damage() == nil || q.Acknowledged() {
		t.Errorf("opened %s after %s", q.path, fresh)
	}
	put(t, q, events(agent.NewEvent(agent.ClockStepped, agent.ClockFact{})))
}

func TestASoundFileInItsPlaceIsUsedAgain(t *testing.T) {
	path := withShop(t)
	sound := content(t, path)
	spoilPages(t, path, "head")
	q := openAt(t, path)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(path, []byte(sound), 0o600), os.Remove(notePath(path))); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	if q.Damage() != nil || q.path != path {
		t.Errorf("opened %s: %v", q.path, q.Damage())
	}
}

func TestANoteThatMakesNoSenseIsNotGuessedAt(t *testing.T) {
	for _, text := range []string{"", "\n", "../elsewhere.db\n", "stockhand.db\n"} {
		path := withShop(t)
		if err := os.WriteFile(notePath(path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path, Options{AllowFUSE: true})
		refusedAs(t, err, "database-note", filepath.Base(notePath(path)))
	}
}

// Damage that shows only while the agent runs ends Run, and the next start goes on
// in a fresh file.
func TestDamageFoundWhileRunning(t *testing.T) {
	path := withShop(t)
	spoilPages(t, path, "pass_owns_device") // a start does not look at it
	q := openAt(t, path)
	if q.Damage() != nil {
		t.Fatal("noticed at once")
	}
	ended := make(chan error, 1)
	go func() { ended <- q.Run(t.Context()) }()
	pass := agent.Pass{ID: "pass-2", Count: "count-1", Person: anna, Device: gun, Started: sec(600)}
	_, err := tryPut(q, events(agent.NewEvent(agent.PassOpened, pass)))
	refusedAs(t, err, codeDamaged)
	refusedAs(t, <-ended, codeDamaged)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	refusedAs(t, q.Damage(), "database-fresh")
	if items := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items() }); len(items) != 250 {
		t.Errorf("%d items carried over", len(items))
	}
	openCount(t, q, 1)
}
