package ui

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

type strayRow struct {
	Device string
	Times  int64
	More   bool
}

type labelled struct{ Labels bool }

// What counts for nothing says why on the wire.
func TestAScanThatIsNotCountedSaysWhy(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	c, _ := s.page(agent.Counter, topic)
	do[agent.Pass](s, "pass.open", fields{"count": count.ID, "device": "gun"})
	s.scan("gun", code(1))
	row := event(c, topic, "scan", func(r scanRow) bool { return r.Op == "note" })
	if !slices.Equal(row.Flags, []string{"no_bin"}) {
		t.Errorf("the scan says %v", row.Flags)
	}
}

// A page knows whether shelves have labels here: then a label comes first.
func TestAPageKnowsWhetherShelvesHaveLabels(t *testing.T) {
	s := open(t)
	c, snaps := s.page(agent.Counter, "devices")
	if !decode[labelled](t, snaps["devices"].Data).Labels {
		t.Error("the page is not told of the labels")
	}
	none := func() (agent.Item, bool, error) { return agent.Item{}, false, nil }
	if _, err := s.queue.Replace(t.Context(), agent.System("test"), s.clock.Now(), "test", none, nil, nil); err != nil {
		t.Fatal(err)
	}
	c.until("a page that is open learns that the labels are gone", func(f frame) bool {
		return f.T == "snap" && f.Topic == "devices" && !decode[labelled](t, f.Data).Labels
	})
}

// Scans that no pass owned are no entries of a count, and its page tells of them.
func TestACountTellsOfScansWithoutAPass(t *testing.T) {
	s := open(t)
	s.scan("gun", code(1)) // before the count: no business of its
	count := s.openCount()
	topic := "count/" + string(count.ID)
	s.scan("gun", code(1))
	c, snaps := s.page(agent.Counter, topic)
	strays := func(f frame) []strayRow { return decode[struct{ Strays []strayRow }](t, f.Data).Strays }
	if got := strays(snaps[topic]); !slices.Equal(got, []strayRow{{"gun", 1, false}}) {
		t.Fatalf("the page that opens is told %+v", got)
	}
	s.scan("gun", code(2))
	s.scan("tape", code(2))
	event(c, topic, "stray", func(r strayRow) bool { return r == strayRow{"gun", 2, false} })
	event(c, topic, "stray", func(r strayRow) bool { return r == strayRow{"tape", 1, false} })
	s.scan("gun", "BIN-A1") // and now it has a pass
	s.scan("gun", code(1))
	_, snaps = s.page(agent.Counter, topic)
	if got := strays(snaps[topic]); !slices.Equal(got, []strayRow{{"gun", 2, false}, {"tape", 1, false}}) {
		t.Errorf("a page that comes later is told %+v", got)
	}
}

// A page that was away is told from the log what came without a pass meanwhile.
func TestAPageThatComesBackIsToldOfScansWithoutAPass(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	c, w := s.signIn(agent.Counter)
	seq := c.follow(topic)[topic].Seq
	_ = c.socket.Close()
	s.scan("gun", code(1))
	back := s.dial()
	back.send(fields{"t": "hello", "v": 1, "token": w.Token, "topics": []string{topic}, "resume": fields{"epoch": w.Epoch, "seq": seq}})
	event(back, topic, "stray", func(r strayRow) bool { return r == strayRow{"gun", 1, false} })
}

// Every flag has its words on the page.
func TestThePageHasWordsForEveryFlag(t *testing.T) {
	content, err := fs.ReadFile(static, "static/words.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(content), "\n\tflags: {")
	flags, _, found := strings.Cut(rest, "\n\t},")
	if !found {
		t.Fatal("the page has no words for flags")
	}
	_, rest, _ = strings.Cut(string(content), "\n\tremedies: {")
	remedies, _, _ := strings.Cut(rest, "\n\t},")
	for _, name := range agent.ScanFlag(-1).Names() {
		if !regexp.MustCompile(`\b` + name + `: '`).MatchString(flags) {
			t.Errorf("the page has no words for %s", name)
		}
	}
	for _, name := range (agent.NoBin | agent.NotAsked | agent.TooLong | agent.NotArticle | agent.Unknown | agent.Ambiguous | agent.PackUnknown | agent.Repeated | agent.Unowned).Names() {
		if !regexp.MustCompile(`\b` + name + `: '`).MatchString(remedies) {
			t.Errorf("the page does not say what to do about %s", name)
		}
	}
}
