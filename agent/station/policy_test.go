package station_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// No rules of a count make a variance look more certain than it is, whoever asks.
func TestACountTakesNoRulesThatMakeNoSense(t *testing.T) {
	s := openShop(t)
	for name, p := range map[string]agent.Policy{
		"a basket time below zero": {BasketTime: -time.Hour},
		"a basket of a year":       {BasketTime: 365 * 24 * time.Hour},
		"a tolerance below zero":   {Tolerance: agent.Limit{Units: -5}},
		"a tolerance of anything":  {Tolerance: agent.Limit{Units: math.MaxInt64}},
		"a share that overflows":   {Investigate: agent.Limit{BasisPoints: math.MaxInt64 / 2}},
		"an unknown method":        {Method: "guess"},
		"an amount below zero":     {Tolerance: agent.Limit{Money: agent.Money{Minor: -1, Currency: "EUR"}}},
	} {
		t.Run(name, func(t *testing.T) { s.refused("bad_policy", chief, "count.open", station.OpenCount{Policy: &p}) })
	}
}

// A manager can ask for more control than is configured, and not for less: limits that
// let anything through would have no difference explained.
func TestOnlyWhoMayConfigureOpensACountWithOtherLimits(t *testing.T) {
	s := openShop(t)
	wide := agent.Policy{Investigate: agent.Limit{Units: 1_000_000}, Tolerance: agent.Limit{Units: 1_000_000}}
	s.refused("other_limits", boss, "count.open", station.OpenCount{Policy: &wide})
	s.refused("other_limits", boss, "count.open", station.OpenCount{Policy: &agent.Policy{BasketTime: time.Second}})
	if p := ask[agent.Count](s, chief, "count.open", station.OpenCount{Policy: &wide}).Policy; p.Investigate != wide.Investigate {
		t.Errorf("%+v", p)
	}
	strict := agent.Policy{VerifyByOther: true, ApproveByOther: true, Blind: true}
	if p := ask[agent.Count](s, boss, "count.open", station.OpenCount{Policy: &strict}).Policy; !p.VerifyByOther || !p.ApproveByOther || !p.Blind || p.BasketTime != basket {
		t.Errorf("%+v", p)
	}
}

// A name that nobody can read stands in no sentence and on no terminal.
func TestPlacesHaveNamesThatCanBeShown(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	for name, text := range map[string]string{
		"an escape sequence": "A\x1b[2J\x1b]0;x\x07", "another direction of writing": "A\u202eB",
		"60,000 letters": strings.Repeat("x", 60_000), "two lines": "A\nB", "blanks around it": " A ",
	} {
		t.Run(name, func(t *testing.T) {
			bin := agent.Bin(text)
			s.refused("bad_name", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Bin: &bin, Quantity: 1})
			s.refused("bad_name", clerk, "pass.move", station.MovePass{Pass: pass.ID, Bin: bin})
			s.refused("bad_name", clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: bin})
			s.refused("bad_name", clerk, "pass.open", station.OpenPass{Count: count.ID, Zone: agent.Zone(text)})
			s.refused("bad_name", boss, "count.widen", station.WidenCount{Count: count.ID, Bins: []agent.Bin{bin}})
			s.refused("bad_name", boss, "count.open", station.OpenCount{Name: text})
		})
	}
}

// A place that was misspelt is asked about: what is counted there would be added to what
// lies in the right one.
func TestACountingInAPlaceThatIsNotThereIsAskedAbout(t *testing.T) {
	s := openShop(t)
	s.labelled()
	count, pass := s.begin(binA)
	odd := agent.Bin("A-0l")
	s.refused("no_such_bin", clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: odd})
	s.refused("no_such_zone", clerk, "pass.open", station.OpenPass{Count: count.ID, Zone: "nowhere"})
	s.refused("no_such_bin", clerk, "pass.move", station.MovePass{Pass: pass.ID, Bin: odd})
	s.refused("no_such_bin", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Bin: &odd, Quantity: 1})
	if moved := ask[station.MovedPass](s, clerk, "pass.move", station.MovePass{Pass: pass.ID, Bin: "SH.B.A"}); moved.Bin != binA {
		t.Errorf("the label leads to %q", moved.Bin)
	}
	ask[station.OpenedPass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: odd, New: true})
	ask[station.MovedPass](s, clerk, "pass.move", station.MovePass{Pass: pass.ID, Bin: odd, New: true})
	ask[agent.Scan](s, clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Bin: &odd, Quantity: 1})
}
