package ui

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// follower is a page that comes back, written as ui/static/live/live.js is: it
// knows the place that it reached and which topics had their snapshot.
type follower struct {
	s     *shop
	token string
	topic string
	c     *client

	epoch string
	seq   agent.Seq
	since agent.Seq // the snapshot's place; -1 before it has come
	first agent.Seq // the first snapshot's place: older scans than it lists are left to the export
	lines map[string]lineRow
	scans []agent.Seq // as told by events
	kept  map[agent.Seq]bool
	row   countRow
	parts map[string][]json.RawMessage
}

func (s *shop) follower(topic string) *follower {
	return &follower{s: s, token: s.grant(agent.Manager), topic: topic, since: -1, kept: map[agent.Seq]bool{}}
}

// connect says hello and, where the agent can not go on, asks for a snapshot.
func (f *follower) connect() {
	f.c = f.s.dial()
	f.parts = nil
	hello := fields{"t": "hello", "v": 1, "token": f.token}
	asked := f.epoch != "" && f.since >= 0
	if f.epoch != "" {
		hello["resume"] = fields{"epoch": f.epoch, "seq": f.seq}
		if asked {
			hello["topics"] = []string{f.topic}
		}
	}
	f.c.send(hello)
	w := f.c.until("the welcome", func(fr frame) bool { return fr.T == "welcome" })
	if w.Epoch != f.epoch || w.Mode == "snap" {
		f.epoch, f.seq, f.since = w.Epoch, 0, -1
	}
	if !asked {
		f.c.send(fields{"t": "sub", "topics": []string{f.topic}})
	}
}

// take takes one frame; false when the connection has ended.
func (f *follower) take() bool {
	fr, err := f.c.read()
	if err != nil {
		return false
	}
	switch {
	case fr.T == "snap" && fr.Topic == f.topic:
		f.snap(fr)
	case fr.T == "ev" && f.since >= 0 && fr.Seq >= f.since:
		f.event(fr)
		f.seq = max(f.seq, fr.Seq)
	case fr.T == "ev" || fr.T == "mark":
		f.seq = max(f.seq, fr.Seq)
	}
	return true
}

func (f *follower) snap(fr frame) {
	data := decode[map[string]json.RawMessage](f.s.t, fr.Data)
	if f.parts == nil {
		f.parts = map[string][]json.RawMessage{}
	}
	for name, list := range data {
		if name != "count" {
			f.parts[name] = append(f.parts[name], decode[[]json.RawMessage](f.s.t, list)...)
		} else {
			f.row = decode[countRow](f.s.t, list)
		}
	}
	if !*fr.Last {
		return
	}
	f.since, f.lines = fr.Seq, map[string]lineRow{}
	if f.first == 0 {
		f.first = fr.Seq
	}
	for _, raw := range f.parts["lines"] {
		f.line(decode[lineRow](f.s.t, raw))
	}
	for _, raw := range f.parts["scans"] {
		f.kept[decode[scanRow](f.s.t, raw).Seq] = true
	}
	f.parts = nil
	f.seq = max(f.seq, fr.Seq)
}

func (f *follower) line(l lineRow) {
	if key := l.Item + " " + l.Bin; l.Entries == 0 {
		delete(f.lines, key)
	} else {
		f.lines[key] = l
	}
}

func (f *follower) event(fr frame) {
	switch fr.K {
	case "line":
		f.line(decode[lineRow](f.s.t, fr.D))
	case "count":
		f.row = decode[countRow](f.s.t, fr.D)
	case "scan":
		if seq := decode[scanRow](f.s.t, fr.D).Seq; !f.kept[seq] {
			f.scans = append(f.scans, seq)
		}
	}
}

// truth is what the database says about a count.
func (s *shop) truth(id agent.CountID) (lines map[string]lineRow, scans []agent.Seq, tally agent.Tally) {
	s.t.Helper()
	lines = map[string]lineRow{}
	err := s.queue.Read(s.t.Context(), func(v agent.View) error {
		stored, err := v.Lines(id)
		if err != nil {
			return err
		}
		for _, l := range stored {
			lines[string(l.Item)+" "+string(l.Bin)] = lineRow{string(l.Item), string(l.Bin), l.Counted(), l.Entries}
		}
		all, err := v.Scans(agent.ScanQuery{Count: id, Limit: 1_000_000})
		if err != nil {
			return err
		}
		for _, scan := range slices.Backward(all) {
			scans = append(scans, scan.Seq)
		}
		tally, err = v.Tally(id)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return lines, scans, tally
}

// A page that is cut off again and again, at any frame, while scans arrive and
// are undone, in the end knows what the database knows, and was told of each scan
// exactly once.
func TestComingBackLeavesNoGapAndRepeatsNothing(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			s := open(t)
			count := s.openCount()
			s.scan("gun", "BIN-A1")
			f := s.follower("count/" + string(count.ID))
			random := rand.New(rand.NewPCG(seed, 1))
			writing := make(chan struct{})
			go func() {
				defer close(writing)
				s.count(rand.New(rand.NewPCG(seed, 2)), 300)
			}()
			finished := func() bool {
				select {
				case <-writing:
					return true
				default:
					return false
				}
			}
			for cuts := 0; !finished() || cuts < 10; cuts++ {
				f.connect()
				for range random.IntN(60) {
					if finished() && f.row.Tally == tallyOf(s, count.ID) {
						break // nothing more will come
					}
					if !f.take() {
						t.Fatal("the agent ended the connection")
					}
				}
				f.c.socket.Close() // without a word
			}
			f.connect()
			lines, scans, tally := s.truth(count.ID)
			for len(f.scans) == 0 || f.row.Tally != tally || f.seq < scans[len(scans)-1] {
				if !f.take() {
					t.Fatal("the agent ended the connection")
				}
			}
			if !maps.Equal(f.lines, lines) {
				t.Errorf("the page knows the lines\n%v\nthe database\n%v", f.lines, lines)
			}
			var missed []agent.Seq
			for _, seq := range scans {
				if seq > f.first && !f.kept[seq] {
					missed = append(missed, seq)
				}
			}
			if !slices.Equal(f.scans, missed) {
				t.Errorf("the page was told of %v, stored after its snapshot were %v", f.scans, missed)
			}
		})
	}
}

func tallyOf(s *shop, id agent.CountID) agent.Tally {
	_, _, tally := s.truth(id)
	return tally
}

// count enters scans as people do: items, bins' labels, unknown codes, typed
// quantities, and now and then an undo.
func (s *shop) count(random *rand.Rand, n int) {
	var last agent.Seq
	for range n {
		switch p := random.IntN(20); {
		case p == 0:
			s.scan("gun", fmt.Sprintf("BIN-A%d", 1+random.IntN(2)))
		case p == 1:
			s.scan("gun", "unknown "+fmt.Sprint(random.IntN(3)))
		case p < 4 && last > 0:
			raw, _ := json.Marshal(fields{"seq": last})
			if _, err := s.station.Dispatch(s.t.Context(), admin, "", "entry.void", raw); err != nil {
				s.t.Errorf("undo: %v", err)
			}
			last = 0
		default:
			last = s.scan("gun", code(1+random.IntN(6))).Seq
		}
	}
}

func TestTwentyPagesSeeTheSame(t *testing.T) {
	s := open(t)
	count := s.openCount()
	s.scan("gun", "BIN-A1")
	pages := make([]*follower, 20)
	for i := range pages {
		pages[i] = s.follower("count/" + string(count.ID))
		pages[i].connect()
	}
	for _, f := range pages {
		for f.since < 0 {
			f.take()
		}
	}
	s.count(rand.New(rand.NewPCG(1, 1)), 200)
	lines, scans, tally := s.truth(count.ID)
	for i, f := range pages {
		for f.row.Tally != tally || f.seq < scans[len(scans)-1] {
			if !f.take() {
				t.Fatal("the agent ended the connection")
			}
		}
		if !maps.Equal(f.lines, lines) || len(f.scans)+len(f.kept) != len(scans) {
			t.Errorf("page %d knows %d scans of %d and the lines %v, not %v", i, len(f.scans)+len(f.kept), len(scans), f.lines, lines)
		}
	}
}

func TestABurstSharesFrames(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	s.scan("gun", "BIN-A1")
	c, _ := s.page(agent.Manager, topic)
	const scans = 400
	for range scans {
		s.scan("gun", code(1))
	}
	lines, rows := 0, 0
	c.until("the last scan", func(f frame) bool {
		if f.K == "line" {
			lines++
		}
		if f.K == "scan" {
			rows++
		}
		return rows == scans
	})
	if lines > scans/2 {
		t.Errorf("%d scans of one item in a burst made %d frames of its line", scans, lines)
	}
}

func TestAnOldPlaceOrAnotherLogGetsASnapshot(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	_, w := s.signIn(agent.Manager)
	for _, resume := range []fields{
		{"epoch": "01J00000000000000000000000", "seq": w.Seq},
		{"epoch": w.Epoch, "seq": w.Seq + 1_000_000},
		{"epoch": w.Epoch, "seq": -1_000_000},
	} {
		c := s.dial()
		c.send(fields{"t": "hello", "v": 1, "token": w.Token, "topics": []string{topic, "counts"}, "resume": resume})
		if again := c.next(); again.Mode != "snap" {
			t.Errorf("the place %v is welcomed with %q", resume, again.Mode)
		}
		for _, want := range []string{topic, "counts"} {
			if f := c.next(); f.T != "snap" || f.Topic != want {
				t.Errorf("after a welcome with a snapshot came %s of %s", f.T, f.Topic)
			}
		}
	}
	c := s.dial()
	c.send(fields{"t": "hello", "v": 1, "token": w.Token, "topics": []string{topic, "counts"}, "resume": fields{"epoch": w.Epoch, "seq": w.Seq}})
	if again := c.next(); again.Mode != "delta" {
		t.Errorf("a place that is known is welcomed with %q", again.Mode)
	}
	if f := c.next(); f.T == "snap" && f.Topic == topic {
		t.Error("a page that goes on got a snapshot of a count")
	}
}

func TestALongCountComesInParts(t *testing.T) {
	s := open(t)
	s.fill(1_500)
	count := s.openCount()
	for _, p := range []string{"BIN-A1", "BIN-A2"} {
		s.scan("gun", p)
		for i := range 700 {
			s.scan("gun", code(1+i))
		}
	}
	f := s.follower("count/" + string(count.ID))
	f.connect()
	for f.since < 0 {
		f.take()
	}
	for _, seen := range f.c.seen {
		if len(seen) > 40<<10 {
			t.Errorf("a frame holds %d bytes", len(seen))
		}
	}
	if lines, _, _ := s.truth(count.ID); len(f.lines) != 1_400 || !maps.Equal(f.lines, lines) {
		t.Errorf("the snapshot holds %d lines of %d", len(f.lines), len(lines))
	}
}
