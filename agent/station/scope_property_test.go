package station_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// deed is what somebody does in a count: a scan in a bin, or the undoing of the newest
// scan that still counts.
type deed struct {
	who  int
	bin  agent.Bin
	code string
	undo bool
}

type spot struct {
	item agent.ItemID
	bin  agent.Bin
}

// crew carries out deeds in one count, each person at a page of their own.
type crew struct {
	*testShop
	count  agent.CountID
	people int
	sent   []func()    // what can come again
	stands []agent.Seq // what counts, oldest first
}

func (s *testShop) crew(people int, scope station.OpenScope) *crew {
	c := &crew{testShop: s, people: people}
	c.count = ask[agent.Count](s, boss, "count.open", station.OpenCount{Scope: scope}).ID
	for n := range people {
		ask[agent.Pass](s, c.person(n), "pass.open", station.OpenPass{Count: c.count, Device: station.PageDevice(c.person(n).Origin)})
	}
	return c
}

func (c *crew) person(n int) agent.Caller {
	return agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: fmt.Sprint("clerk ", n)}, Role: agent.Counter, Origin: fmt.Sprint("tablet-", n)}
}

// send asks under an id of its own, and remembers to ask again.
func (c *crew) send(who agent.Caller, op string, args any) any {
	c.clock.pass(time.Second)
	c.commands++
	id := fmt.Sprintf("command-%d", c.commands)
	result, err := c.tryAs(who, id, op, args)
	if err != nil {
		c.t.Fatalf("%s: %v", op, err)
	}
	c.sent = append(c.sent, func() {
		if _, err := c.tryAs(who, id, op, args); err != nil {
			c.t.Fatalf("%s again: %v", op, err)
		}
	})
	return result
}

func (c *crew) do(d deed) {
	who := c.person(d.who % c.people)
	if d.undo {
		if n := len(c.stands); n > 0 {
			c.send(who, "entry.void", station.VoidEntry{Seq: c.stands[n-1]})
			c.stands = c.stands[:n-1]
		}
		return
	}
	c.send(who, "scan.read", station.ReadScan{Raw: string(d.bin)})
	if read := c.send(who, "scan.read", station.ReadScan{Raw: d.code}).(station.PageScan); read.Heard == station.Counted {
		c.stands = append(c.stands, read.Seq)
	}
}

func (c *crew) numbers() map[spot]int64 {
	sums := map[spot]int64{}
	c.read(func(v agent.View) error {
		lines, err := v.Lines(c.count)
		for _, l := range lines {
			sums[spot{l.Item, l.Bin}] = l.Counted()
		}
		return err
	})
	return sums
}

func (c *crew) tally() (tally agent.Tally) {
	c.read(func(v agent.View) (err error) {
		tally, err = v.Tally(c.count)
		return err
	})
	return tally
}

func (c *crew) over() {
	ask[agent.Count](c.testShop, boss, "count.cancel", station.OneCount{Count: c.count})
}

var drawDeeds = rapid.SliceOfN(rapid.Custom(func(r *rapid.T) deed {
	return deed{
		who:  rapid.IntRange(0, 2).Draw(r, "who"),
		bin:  rapid.SampledFrom([]agent.Bin{binA, binB}).Draw(r, "bin"),
		code: rapid.SampledFrom([]string{"C", "K", "S", "H", "nobody knows this"}).Draw(r, "code"),
		undo: rapid.IntRange(0, 4).Draw(r, "undo") == 0,
	}
}), 1, 12)

// It does not matter among how many people the work is split, nor how often and when
// anything comes again, nor whether a count was opened narrow and widened afterwards;
// and what is undone entirely leaves nothing.
func TestTheNumbersDoNotDependOnWhoCountsAndWhatComesTwice(t *testing.T) {
	s := openShop(t)
	s.labelled()
	rapid.Check(t, func(r *rapid.T) {
		deeds := drawDeeds.Draw(r, "deeds")
		alone := s.crew(1, station.OpenScope{})
		for _, d := range deeds {
			alone.do(d)
		}
		want := alone.numbers()
		alone.over()

		split := s.crew(3, station.OpenScope{})
		for _, d := range deeds {
			split.do(d)
			if len(split.sent) > 0 && rapid.Bool().Draw(r, "again") {
				split.sent[rapid.IntRange(0, len(split.sent)-1).Draw(r, "which")]()
			}
		}
		if got := split.numbers(); !maps.Equal(got, want) {
			r.Fatalf("split among three it is %v, want %v", got, want)
		}
		for len(split.stands) > 0 {
			split.do(deed{undo: true})
		}
		if tally := split.tally(); len(split.numbers()) != 0 || tally.Units != 0 || tally.Lines != 0 || tally.Entries != tally.Voided+tally.Noted {
			r.Fatalf("all undone there is %v, %+v", split.numbers(), tally)
		}
		split.over()

		narrow := s.crew(2, station.OpenScope{Bins: []agent.Bin{binA}, Items: []agent.ItemID{"tea"}})
		var scans []deed
		for _, d := range deeds {
			if !d.undo {
				scans = append(scans, d)
				narrow.do(d)
			}
		}
		if got := narrow.numbers(); len(got) != 0 {
			r.Fatalf("nobody asked for %v", got)
		}
		ask[station.WidenedCount](s, clerk, "count.widen", station.WidenCount{
			Count: narrow.count, Items: []agent.ItemID{cola, crisps, soap, "shampoo"}, Bins: []agent.Bin{binB},
		})
		got := narrow.numbers()
		narrow.over()
		free := s.crew(1, station.OpenScope{})
		for _, d := range scans {
			free.do(d)
		}
		if want := free.numbers(); !maps.Equal(got, want) {
			r.Fatalf("widened it is %v, opened wide %v", got, want)
		}
		free.over()
	})
	report, err := s.queue.Replay(t.Context())
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("the log says otherwise: %+v %v", report.Findings, err)
	}
}
