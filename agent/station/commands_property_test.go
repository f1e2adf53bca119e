package station_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// shelf is an item in a bin and a condition.
type shelf struct {
	item agent.ItemID
	bin  agent.Bin
	cond agent.Condition
}

// step is one thing that can be undone: a quantity, a way from another bin, or nothing.
type step struct {
	shelf
	units int64
	from  agent.Bin // of a way to another bin
}

// person reckons on paper what somebody has counted.
type person struct {
	bin   agent.Bin
	times int64 // of the next item; 0 for nothing said
	cond  agent.Condition
	done  []step
}

func (p *person) hear(raw string) {
	name, command := strings.CutPrefix(raw, "SH.C.")
	items := map[string]step{
		colaEAN: {shelf: shelf{item: cola}, units: 1}, sixPack: {shelf: shelf{item: cola}, units: 6}, "SOAP 1": {shelf: shelf{item: soap}, units: 1},
	}
	item, known := items[raw]
	switch {
	case command && name == "UNDO":
		p.undo()
	case command && name == "DAMAGED":
		p.times, p.cond = max(1, p.times), agent.Damaged
	case command && name == "NEXT":
		if p.bin == binA {
			p.walk(binB)
		}
	case command && strings.Contains("X2 X12 X40", name):
		p.times = map[string]int64{"X2": 2, "X12": 12, "X40": 40}[name]
	case command: // no command
	case raw == "BIN-A":
		p.walk(binA)
	case raw == "B":
		p.walk(binB)
	default:
		if known {
			item.units *= max(1, p.times)
			item.bin, item.cond = p.bin, p.cond
		}
		p.done = append(p.done, item)
		p.times, p.cond = 0, agent.Good
	}
}

func (p *person) walk(to agent.Bin) {
	p.done = append(p.done, step{from: p.bin})
	p.bin, p.times, p.cond = to, 0, agent.Good
}

func (p *person) undo() {
	switch {
	case p.times > 0:
		p.times, p.cond = 0, agent.Good
	case len(p.done) > 0:
		last := p.done[len(p.done)-1]
		p.done = p.done[:len(p.done)-1]
		if last.from != "" {
			p.bin = last.from
		}
	}
}

func (p *person) counted() map[shelf]int64 {
	all := map[shelf]int64{}
	for _, s := range p.done {
		if s.units > 0 {
			all[s.shelf] += s.units
		}
	}
	return all
}

// Whatever is scanned in whatever order, the lines are what somebody reckons who does
// nothing but look on; and undoing everything leaves nothing.
func TestAnyOrderOfCommandsCountsAsReckonedOnPaper(t *testing.T) {
	f := openFloor(t, agent.Place{Bin: binA, Zone: "shop", Label: "BIN-A"}, agent.Place{Bin: binB, Zone: "shop"})
	reads := []string{
		colaEAN, colaEAN, sixPack, "SOAP 1", "5901234123457", "BIN-A", "B",
		"SH.C.UNDO", "SH.C.UNDO", "SH.C.UNDO", "SH.C.X2", "SH.C.X12", "SH.C.X40", "SH.C.DAMAGED", "SH.C.NEXT", "SH.C.NONSENSE",
	}
	rapid.Check(t, func(r *rapid.T) {
		count := f.open()
		f.pass(r, count)
		paper := person{bin: binA, cond: agent.Good}
		for _, raw := range rapid.SliceOfN(rapid.SampledFrom(reads), 1, 24).Draw(r, "reads") {
			f.ingest(r, raw)
			paper.hear(raw)
		}
		f.same(r, count, paper.counted())
		for range paper.done {
			f.ingest(r, "SH.C.UNDO")
		}
		if paper.times > 0 {
			f.ingest(r, "SH.C.UNDO")
		}
		f.same(r, count, map[shelf]int64{})
		if _, err := f.try(boss, "count.cancel", station.OneCount{Count: count}); err != nil {
			r.Fatal(err)
		}
	})
	f.replays()
}

func (f *floor) pass(r *rapid.T, count agent.CountID) {
	if _, err := f.try(clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: gun}); err != nil {
		r.Fatal(err)
	}
}

func (f *floor) ingest(r *rapid.T, raw string) {
	if _, err := f.Ingest(f.t.Context(), f.read(raw, 0)); err != nil {
		r.Fatal(err)
	}
}

// same compares the lines of a count with what was reckoned.
func (f *floor) same(r *rapid.T, count agent.CountID, want map[shelf]int64) {
	got := map[shelf]int64{}
	f.testShop.read(func(v agent.View) error {
		lines, err := v.Lines(count)
		for _, l := range lines {
			for cond, units := range map[agent.Condition]int64{agent.Good: l.Good, agent.Damaged: l.Damaged} {
				if units != 0 {
					got[shelf{l.Item, l.Bin, cond}] = units
				}
			}
		}
		return err
	})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		r.Fatalf("counted %v, reckoned %v", got, want)
	}
}
