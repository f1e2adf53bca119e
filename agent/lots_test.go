package agent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

func TestWhatWasCountedIsSplitByLots(t *testing.T) {
	const item = "0104006381333931"
	var scans []agent.Scan
	add := func(raw string, change func(*agent.Scan)) agent.Seq {
		s := agent.Scan{
			Seq: agent.Seq(len(scans) + 1), Op: agent.Add, Item: "cola", Bin: "A", Pass: "pass-1", Quantity: 1, Cond: agent.Good,
			Code: barcode.Parse([]byte(raw)), Read: agent.Stamp{At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
		}
		if change != nil {
			change(&s)
		}
		scans = append(scans, s)
		return s.Seq
	}
	add(item+"17270131"+"10L2", nil)
	add(item+"17270131"+"10L1", func(s *agent.Scan) { s.Quantity = 12 })
	add(item+"10L1\x1d17270131", func(s *agent.Scan) { s.Cond = agent.Damaged })
	add(item+"15261200"+"10L3\x1d21S2", nil) // best before the end of the month
	add(item+"15261200"+"10L3\x1d21S1", nil)
	add("4006381333931", nil)
	add("4006381333931", func(s *agent.Scan) { s.Item = "crisps" })                                      // says nothing of lots
	undone := add(item+"10L9", nil)                                                                      // was undone
	add(item+"10L9", func(s *agent.Scan) { s.Op = agent.Note })                                          // was only kept
	add(item+"10OLD", func(s *agent.Scan) { s.Bin = "B" })                                               // was counted once more
	add(item+"10NEW", func(s *agent.Scan) { s.Bin, s.Round, s.Pass = "B", 1, "pass-2" })                 // stands
	add(item+"10L4", func(s *agent.Scan) { s.Bin = "C" })                                                // was replaced
	add("", func(s *agent.Scan) { s.Bin, s.Op, s.Quantity, s.Code = "C", agent.Set, 7, barcode.Code{} }) // by this
	got := ""
	for _, l := range agent.LotsOf(scans, map[agent.Seq]agent.Seq{undone: 99}) {
		got += fmt.Sprintf("%s %s %s %v\n", l.Item, l.Bin, l, l.Serials)
	}
	want := `cola A no lot: 1 []
cola A lot L3, until 2026-12-31: 2 [S1 S2]
cola A lot L1, until 2027-01-31: 13, 1 of them damaged []
cola A lot L2, until 2027-01-31: 1 []
cola B lot NEW: 1 []
cola C no lot: 7 []
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if words := agent.InLots(nil); words != "" {
		t.Errorf("%q", words)
	}
}
