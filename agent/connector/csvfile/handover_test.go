package csvfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

func smallShelf() []connectortest.Stock {
	return []connectortest.Stock{{SKU: "TEA", Name: "Tea", OnHand: 40}, {SKU: "MUG", Name: "Mug", OnHand: 12}}
}

// planned returns the request that changes TEA by n.
func planned(t testing.TB, c agent.Connector, key string, n int64) agent.Request {
	t.Helper()
	books, err := c.Levels(t.Context(), "main", []agent.ItemID{"TEA"})
	if err != nil || len(books) != 1 {
		t.Fatalf("%v, %v", books, err)
	}
	op := agent.Operation{Request: "request-1", Key: key, Location: "main", Count: "count-1", Lines: []agent.Planned{{
		Adjustment: "adjustment-1", Item: "TEA", Observed: books[0], Counted: books[0].OnHand + n, Expected: books[0].OnHand,
		Delta: n, Target: books[0].OnHand + n, CutOff: agent.Stamp{At: time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)}, Reason: "=HYPERLINK(\"x\")\nbroken",
	}}}
	doc, err := c.Plan(op)
	if err != nil {
		t.Fatal(err)
	}
	return agent.Request{ID: op.Request, Location: op.Location, Document: doc, Lines: op.Lines, State: agent.RequestSent}
}

const key = "00112233445566778899aabbccddeeff"

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestAnAdjustmentFileSaysEverything(t *testing.T) {
	s := newShop(t, false, smallShelf())
	c := s.open(t)
	r := planned(t, c, key, -3)
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeApplied || o.Ref != "adjustments-"+key+".csv" {
		t.Fatalf("%+v", o)
	}
	path := filepath.Join(s.dir, "out", "adjustments-"+key+".csv")
	got := fmt.Sprint(readTable(t, path))
	want := fmt.Sprint([]map[string]string{{
		"key": key, "line": "1", "sku": "TEA", "variance": "-3", "counted": "37", "expected": "40",
		"on_hand_before": "40", "on_hand_after": "37", "cut_off": "2026-05-04T08:00:00Z", "reason": "'=HYPERLINK(\"x\") broken",
		"location": "main", "count": "count-1", "adjustment": "adjustment-1",
	}})
	if got != want {
		t.Errorf("the file says %s\nwant %s", got, want)
	}
	if body, _ := os.ReadFile(path); string(body) != string(r.Document.Body) {
		t.Error("the file is not the stored body, byte for byte")
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, "out", ".*.part"))
	if len(left) != 0 {
		t.Errorf("%v is left over", left)
	}
}

// Wherever the agent or the power dies while a file is handed over, the file is
// there once or not at all, and what is answered afterwards is true.
func TestEveryPlaceAtWhichAHandOverCanEnd(t *testing.T) {
	type state struct{ part, entry, file, done bool }
	for name, tt := range map[string]struct {
		state
		sent, found agent.OutcomeClass
	}{
		"before anything":                      {state{}, agent.OutcomeApplied, agent.OutcomeLater},
		"after the temporary file":             {state{part: true}, agent.OutcomeApplied, agent.OutcomeLater},
		"after the entry":                      {state{part: true, entry: true}, agent.OutcomeApplied, agent.OutcomeLater},
		"after the name":                       {state{entry: true, file: true}, agent.OutcomeRepeated, agent.OutcomeRepeated},
		"after the shop system moved it":       {state{entry: true, done: true}, agent.OutcomeRepeated, agent.OutcomeRepeated},
		"after the shop system deleted it":     {state{entry: true}, agent.OutcomeRepeated, agent.OutcomeRepeated},
		"after the name, our ledger lost":      {state{file: true}, agent.OutcomeRepeated, agent.OutcomeRepeated},
		"after it was moved, our ledger lost":  {state{done: true}, agent.OutcomeRepeated, agent.OutcomeRepeated},
		"in the middle of the temporary file?": {state{part: true}, agent.OutcomeApplied, agent.OutcomeLater},
	} {
		t.Run(name, func(t *testing.T) {
			prepare := func(t *testing.T) (*shop, agent.Connector, agent.Request) {
				s := newShop(t, false, smallShelf())
				r := planned(t, s.open(t), key, -3)
				body := string(r.Document.Body)
				if strings.HasSuffix(name, "?") {
					body = body[:20]
				}
				for path, there := range map[string]bool{
					"out/.adjustments-" + key + ".csv.part": tt.part,
					"out/adjustments-" + key + ".csv":       tt.file,
					"out/done/adjustments-" + key + ".csv":  tt.done,
				} {
					if there {
						s.write(path, body)
					}
				}
				if tt.entry {
					l := ledger{dir: s.ledger}
					if err := l.put(&handed{Key: key, Items: []agent.ItemID{"TEA"}, Written: s.clock.Now()}, syncFolder); err != nil {
						t.Fatal(err)
					}
				}
				return s, s.open(t), r
			}
			t.Run("sent again", func(t *testing.T) {
				s, c, r := prepare(t)
				if o := c.Send(t.Context(), r); o.Class != tt.sent {
					t.Fatalf("%q, %v", o.Class, o.Problem)
				}
				mustBeWhole(t, s, r)
				if o := c.Send(t.Context(), r); o.Class != agent.OutcomeRepeated {
					t.Errorf("and again: %q, %v", o.Class, o.Problem)
				}
			})
			t.Run("looked up", func(t *testing.T) {
				s, c, r := prepare(t)
				if o := c.(agent.Finder).Find(t.Context(), r); o.Class != tt.found {
					t.Fatalf("%q, %v", o.Class, o.Problem)
				}
				if tt.found == agent.OutcomeLater {
					left, _ := filepath.Glob(filepath.Join(s.dir, "out", ".*"))
					if len(left) > 0 || exists(filepath.Join(s.dir, "out", fileName(key))) {
						t.Errorf("what is planned anew is still there: %v", left)
					}
				}
				if o := s.open(t).(agent.Finder).Find(t.Context(), r); o.Class != tt.found {
					t.Errorf("after another start: %q, %v", o.Class, o.Problem)
				}
			})
		})
	}
}

// mustBeWhole fails if the request's file is in the folder with other content.
func mustBeWhole(t *testing.T, s *shop, r agent.Request) {
	t.Helper()
	path := filepath.Join(s.dir, "out", fileName(key))
	if body, err := os.ReadFile(path); err == nil && string(body) != string(r.Document.Body) {
		t.Errorf("the file holds %q", body)
	}
}

// Every flush of a folder fails once. Whatever is answered, the file arrives once.
func TestAFailureAtEveryFlushIsSurvived(t *testing.T) {
	for n := range 6 {
		t.Run(fmt.Sprintf("flush %d", n), func(t *testing.T) {
			s := newShop(t, false, smallShelf())
			c := s.open(t)
			r := planned(t, c, key, -3)
			calls := 0
			failOnce(c.(*folder), func(string) bool { calls++; return calls == n+1 })
			first := c.Send(t.Context(), r)
			there := exists(filepath.Join(s.dir, "out", fileName(key)))
			if there == (first.Class == agent.OutcomeLater) || first.Pause {
				t.Fatalf("the file is there: %t, the outcome is %q", there, first.Class)
			}
			c = s.open(t)
			want := agent.OutcomeApplied
			if there {
				want = agent.OutcomeRepeated
			}
			if o := c.Send(t.Context(), r); o.Class != want {
				t.Fatalf("then %q, %v", o.Class, o.Problem)
			}
			s.take()
			if s.stock["TEA"] != 37 {
				t.Fatalf("on hand is %d", s.stock["TEA"])
			}
		})
	}
}

// A share that is not mounted is an empty folder. It must not be taken for a folder
// from which the shop system took the file.
func TestAnEmptyFolderProvesNothing(t *testing.T) {
	s := newShop(t, false, smallShelf())
	c := s.open(t)
	r := planned(t, c, key, -3)
	failOnce(c.(*folder), func(dir string) bool { return exists(filepath.Join(s.ledger, "adjustments-"+key+".json")) })
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeLater {
		t.Fatalf("%q", o.Class)
	}
	s.cut(true)
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeUnknown || o.Problem.Class != agent.Retry {
		t.Fatalf("%q, %v", o.Class, o.Problem)
	}
	if o := c.(agent.Finder).Find(t.Context(), r); o.Class != agent.OutcomeUnknown || o.Problem.Class != agent.Retry {
		t.Fatalf("%q, %v", o.Class, o.Problem)
	}
	if err := os.Remove(s.dir); err != nil {
		t.Fatal(err)
	}
	s.cut(false)
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeApplied {
		t.Fatalf("%q, %v", o.Class, o.Problem)
	}
}

func TestAKeyNeverLeadsOutOfTheFolder(t *testing.T) {
	s := newShop(t, false, smallShelf())
	c := s.open(t)
	r := planned(t, c, key, 1)
	for _, bad := range []string{"", "../../../etc/passwd", "a/b/c/d/e", "nul\x00nul\x00", strings.Repeat("a", 65)} {
		r.Document.Key = bad
		if o := c.Send(t.Context(), r); o.Class != agent.OutcomeRejected {
			t.Errorf("the key %q ends as %q", bad, o.Class)
		}
		if o := c.(agent.Finder).Find(t.Context(), r); o.Class == agent.OutcomeRepeated {
			t.Errorf("the key %q is found", bad)
		}
	}
}

// Nobody can say whether a statement contains an adjustment until it was made after
// the file was taken.
func TestABookIsNotSettledWhileAnAdjustmentIsUnderWay(t *testing.T) {
	for name, take := range map[string]func(s *shop){
		"moved": func(s *shop) {
			s.write("out/done/x", "")
			if err := os.Rename(filepath.Join(s.dir, "out", fileName(key)), filepath.Join(s.dir, "out", "done", fileName(key))); err != nil {
				s.t.Fatal(err)
			}
			s.touch("out")
		},
		"deleted": func(s *shop) {
			if err := os.Remove(filepath.Join(s.dir, "out", fileName(key))); err != nil {
				s.t.Fatal(err)
			}
			s.touch("out")
		},
		"confirmed": func(s *shop) { s.write("out/"+fileName(key)+".ok", "") },
	} {
		for _, feeds := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, movements %t", name, feeds), func(t *testing.T) {
				s := newShop(t, feeds, smallShelf())
				c := s.open(t)
				settled := func(item agent.ItemID) bool {
					t.Helper()
					books, err := c.Levels(t.Context(), "main", []agent.ItemID{item})
					if err != nil || len(books) != 1 {
						t.Fatalf("%v, %v", books, err)
					}
					return books[0].Settled() || books[0].Changed.IsZero() && !feeds
				}
				if !settled("TEA") {
					t.Fatal("not settled before")
				}
				if o := c.Send(t.Context(), planned(t, c, key, -3)); o.Class != agent.OutcomeApplied {
					t.Fatalf("%q", o.Class)
				}
				s.wait(time.Minute)
				if settled("TEA") || !settled("MUG") {
					t.Error("an export does not settle what was not taken, and what was not adjusted stays settled")
				}
				c = s.open(t) // it is known after a start, too
				if settled("TEA") {
					t.Error("settled after a start of the agent")
				}
				take(s)
				if settled("TEA") {
					t.Error("the old export is settled as soon as the file was taken")
				}
				s.wait(time.Minute)
				if !settled("TEA") {
					t.Error("not settled by an export after the file was taken")
				}
			})
		}
	}
}

func TestAFolderThatCannotBeWrittenIsSaid(t *testing.T) {
	s := newShop(t, false, smallShelf())
	c := s.open(t)
	r := planned(t, c, key, -3)
	s.write("out", "a file where the folder should be")
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeUnknown || o.Problem.Class != agent.Retry || o.Problem.Do == "" {
		t.Fatalf("%q, %+v", o.Class, o.Problem)
	}
	broken := false
	for _, f := range c.Check(t.Context()) {
		broken = broken || f.Severity == agent.Broken && f.Do != ""
	}
	if !broken {
		t.Error("the check does not find it")
	}
	if err := os.Remove(filepath.Join(s.dir, "out")); err != nil {
		t.Fatal(err)
	}
	if o := c.Send(t.Context(), r); o.Class != agent.OutcomeApplied {
		t.Fatalf("then %q, %+v", o.Class, o.Problem)
	}
}

func TestRightsThatAreMissingCallForAPerson(t *testing.T) {
	f := &folder{settings: settings{Folder: "/srv/shop"}}
	o := notSent(f.unwritten(&os.PathError{Op: "open", Path: "/srv/shop/out", Err: os.ErrPermission}))
	if o.Class != agent.OutcomeLater || !o.Pause || o.Problem.Code != "csv.rights" || !errors.Is(o.Problem, os.ErrPermission) {
		t.Fatalf("%+v", o)
	}
}
