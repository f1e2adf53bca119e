package csvfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// openAs opens the folder for an agent with data of its own on another computer.
func (s *shop) openAs(t testing.TB, host string) *folder {
	t.Helper()
	ledger := s.ledger
	s.ledger = t.TempDir()
	f := folderOf(s.open(t))
	s.ledger, f.host = ledger, host
	return f
}

// noLinks is a share that knows no hard links, as FAT and some file servers.
func noLinks(from, to string) error {
	return &os.LinkError{Op: "link", Old: from, New: to, Err: os.ErrPermission}
}

func files(t testing.TB, s *shop) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "out", "adjustments-*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func mustRefuse(t testing.TB, err error, says string) {
	t.Helper()
	e := agent.AsError(err)
	if err == nil || e.Code != "csv.owner" || e.Class != agent.Refuse || e.Means == "" || !strings.Contains(e.What+e.Do, says) {
		t.Errorf("not refused with %q: %+v", says, err)
	}
}

// Several agents find the same goods missing at the same moment: the shop is told
// once, on every kind of share.
func TestOfSeveralAgentsOneWritesAdjustments(t *testing.T) {
	for how, link := range map[string]func(string, string) error{byLink: os.Link, byExcl: noLinks} {
		t.Run(how, func(t *testing.T) {
			s := newShop(t, false, smallShelf())
			var agents []*folder
			var requests []agent.Request
			for i := range 8 {
				f := s.openAs(t, fmt.Sprintf("PC-%d", i))
				f.linked = link
				agents = append(agents, f)
				requests = append(requests, planned(t, f, fmt.Sprintf("%032d", i), -2))
			}
			outcomes := make([]agent.Outcome, len(agents))
			begin := make(chan struct{})
			var all sync.WaitGroup
			for i, f := range agents {
				c := connector.OneAtATime(f)
				all.Go(func() {
					<-begin
					for again := true; again && t.Context().Err() == nil; { // a claim that is just being written is looked at again
						outcomes[i] = c.Send(t.Context(), requests[i])
						again = outcomes[i].Problem != nil && outcomes[i].Problem.Class == agent.Retry
					}
				})
			}
			close(begin)
			all.Wait()
			applied := 0
			for _, o := range outcomes {
				if o.Class == agent.OutcomeApplied {
					applied++
					continue
				}
				if o.Class != agent.OutcomeLater || !o.Pause {
					t.Errorf("%q, pause %t, %v", o.Class, o.Pause, o.Problem)
				}
				mustRefuse(t, o.Problem, "stockhand upload take-over --from PC-")
			}
			if found := files(t, s); applied != 1 || len(found) != 1 {
				t.Errorf("%d agents delivered, there are %v", applied, found)
			}
			owner, err := agents[0].owner()
			if err != nil || owner.How != how {
				t.Errorf("claimed by %q, %v", owner.How, err)
			}
			s.take()
			if s.stock["TEA"] != 38 {
				t.Errorf("the shop has %d, not 38", s.stock["TEA"])
			}
			if hidden, _ := filepath.Glob(filepath.Join(s.dir, "out", ".*")); len(hidden) != 1 {
				t.Errorf("%v are there, not the owner alone", hidden)
			}
		})
	}
}

func TestLookingClaimsNothing(t *testing.T) {
	s := newShop(t, false, smallShelf())
	a, b := s.openAs(t, "OFFICE"), s.openAs(t, "TILL")
	for _, f := range []*folder{a, b} {
		if _, err := f.Levels(t.Context(), "main", []agent.ItemID{"TEA"}); err != nil {
			t.Fatal(err)
		}
		f.Check(t.Context())
	}
	if exists(filepath.Join(s.dir, "out", ownerFile)) {
		t.Fatal("claimed by looking")
	}
	r := planned(t, b, key, -1)
	if o := a.Send(t.Context(), planned(t, a, key, -2)); o.Class != agent.OutcomeApplied {
		t.Fatalf("%+v", o)
	}
	_, err := b.Levels(t.Context(), "main", []agent.ItemID{"TEA"})
	mustRefuse(t, err, "OFFICE")
	if found := b.checkOwner(); found.Severity != agent.Broken || !strings.Contains(found.Do, "take-over --from OFFICE") {
		t.Errorf("%+v", found)
	}
	if found := a.checkOwner(); found.Severity != agent.Fine || !strings.Contains(found.What, "hard link") {
		t.Errorf("%+v", found)
	}
	r.Document.Key = strings.Repeat("7", 32)
	mustRefuse(t, b.Send(t.Context(), r).Problem, "OFFICE")
	if o := folderOf(a).Send(t.Context(), planned(t, a, strings.Repeat("8", 32), -1)); o.Class != agent.OutcomeApplied {
		t.Errorf("the owner goes on: %+v", o)
	}
}

// The agent before was dead only by what was said of it: whatever it has begun gets no
// name any more, and the new one believes no levels from before.
func TestTakingAFolderOver(t *testing.T) {
	s := newShop(t, false, smallShelf())
	dead, heir := s.openAs(t, "OFFICE"), s.openAs(t, "TILL")
	if o := dead.Send(t.Context(), planned(t, dead, key, -2)); o.Class != agent.OutcomeApplied {
		t.Fatalf("%+v", o)
	}
	s.take()
	slept := planned(t, dead, strings.Repeat("9", 32), -1)
	if o, ok := dead.prepare(t.Context(), slept); !ok {
		t.Fatalf("%+v", o)
	}
	took := func(from string) error {
		return connector.OneAtATime(heir).(agent.Successor).TakeOver(t.Context(), from)
	}
	if e := agent.AsError(took("TILL")); e == nil || e.Code != "csv.not-taken-over" || !strings.Contains(e.What, "OFFICE") {
		t.Errorf("taken from an agent that does not have it: %+v", e)
	}
	if err := took("OFFICE"); err != nil {
		t.Fatal(err)
	}
	if e := agent.AsError(took("OFFICE")); e == nil || e.Code != "csv.not-taken-over" {
		t.Errorf("taken twice: %+v", e)
	}
	mustRefuse(t, dead.publish(slept.Document.Key).Problem, "TILL")
	mustRefuse(t, dead.Send(t.Context(), slept).Problem, "TILL")
	if found := files(t, s); len(found) != 0 {
		t.Errorf("%v", found)
	}
	settled := func() bool {
		books, err := heir.Levels(t.Context(), "main", []agent.ItemID{"TEA"})
		if err != nil || len(books) != 1 {
			t.Fatalf("%v, %v", books, err)
		}
		return books[0].Changed.IsZero()
	}
	if settled() {
		t.Error("levels from before are believed")
	}
	s.wait(time.Minute)
	if !settled() {
		t.Error("levels from after are not believed")
	}
	if o := heir.Send(t.Context(), planned(t, heir, strings.Repeat("6", 32), -1)); o.Class != agent.OutcomeApplied {
		t.Errorf("%+v", o)
	}
}

// What waits in the folder is not in the levels, whoever wrote it.
func TestAFileOfAnotherAgentUnsettlesItsArticles(t *testing.T) {
	s := newShop(t, false, smallShelf())
	before, now := s.openAs(t, "OFFICE"), s.openAs(t, "TILL")
	if o := before.Send(t.Context(), planned(t, before, key, -2)); o.Class != agent.OutcomeApplied {
		t.Fatalf("%+v", o)
	}
	s.write("out/adjustments-of-another-kind.csv", "article;number\nTEA;3\n")
	remove(t, s, "out/"+ownerFile) // by hand, as nobody should
	s.wait(time.Minute)
	changed := func(item agent.ItemID) time.Time {
		books, err := now.Levels(t.Context(), "main", []agent.ItemID{item})
		if err != nil || len(books) != 1 {
			t.Fatalf("%v, %v", books, err)
		}
		return books[0].Changed
	}
	if changed("TEA").IsZero() || !changed("MUG").IsZero() {
		t.Error("TEA must wait for what the file holds, MUG not")
	}
	remove(t, s, "out/adjustments-of-another-kind.csv")
	s.take()
	s.wait(time.Minute)
	if !changed("TEA").IsZero() {
		t.Error("the file was taken and the levels exported, and TEA still waits")
	}
}

func TestACopyOfAnAgentIsAnotherAgent(t *testing.T) {
	s := newShop(t, false, smallShelf())
	f := folderOf(s.open(t))
	f.host = "OFFICE"
	if o := f.Send(t.Context(), planned(t, f, key, -2)); o.Class != agent.OutcomeApplied {
		t.Fatalf("%+v", o)
	}
	again := folderOf(s.open(t)) // after a start
	again.host = "OFFICE"
	if err := again.own(); err != nil {
		t.Error(err)
	}
	clone := folderOf(s.open(t))
	clone.host = "LAPTOP"
	mustRefuse(t, clone.own(), "renamed, or the data was copied")
	if err := clone.TakeOver(t.Context(), "OFFICE"); err != nil {
		t.Error(err)
	}
	mustRefuse(t, again.own(), "LAPTOP")
}

// Where the power fails while a claim is written, a person must say whose it is.
func TestAClaimThatWasNeverFinished(t *testing.T) {
	s := newShop(t, false, smallShelf())
	f := s.openAs(t, "TILL")
	r := planned(t, f, key, -2)
	s.write("out/"+ownerFile, "")
	if o := f.Send(t.Context(), r); o.Class != agent.OutcomeLater || o.Pause || o.Problem.Code != "csv.owner-unclear" {
		t.Errorf("fresh: %+v", o)
	}
	s.clock.wait(2 * time.Minute)
	if o := f.Send(t.Context(), r); o.Class != agent.OutcomeLater || !o.Pause || !strings.Contains(o.Problem.Do, "--from unknown") {
		t.Errorf("old: %+v", o)
	}
	if err := f.TakeOver(t.Context(), "unknown"); err != nil {
		t.Fatal(err)
	}
	if o := f.Send(t.Context(), r); o.Class != agent.OutcomeApplied {
		t.Errorf("%+v", o)
	}
}
