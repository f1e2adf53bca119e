package ui

import (
	"encoding/json"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

type scanRow struct {
	Seq    agent.Seq `json:"seq"`
	Code   string    `json:"code"`
	Item   string    `json:"item"`
	Name   string    `json:"name"`
	Line   *int64    `json:"line_counted"`
	Raw    string    `json:"raw_shown"`
	Flags  []string  `json:"flags"`
	Voided bool      `json:"voided"`
	Voids  agent.Seq `json:"voids"`
	Op     string    `json:"op"`
}

type lineRow struct {
	Item    string `json:"item"`
	Bin     string `json:"bin"`
	Counted int64  `json:"counted"`
	Entries int64  `json:"entries"`
}

type countRow struct {
	ID        string      `json:"id"`
	State     string      `json:"state"`
	Tally     agent.Tally `json:"tally"`
	Open      int         `json:"passes_open"`
	Undecided int         `json:"undecided"`
}

func decode[T any](t testing.TB, data json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}

func TestAScanIsShownWithItsLineAndTheReceipt(t *testing.T) {
	s := open(t)
	count := s.openCount()
	c, _ := s.page(agent.Manager, "counts", "count/"+string(count.ID))
	s.scan("gun", "BIN-A1")
	for range 3 {
		s.scan("gun", code(1))
	}
	topic := "count/" + string(count.ID)
	line := event(c, topic, "line", func(l lineRow) bool { return l.Counted == 3 })
	if line.Bin != "A1" || line.Item != "item-1" || line.Entries != 3 {
		t.Errorf("the line is %+v", line)
	}
	seen := 0
	event(c, topic, "scan", func(s scanRow) bool {
		if s.Op == "add" {
			seen++
		}
		return s.Line != nil && *s.Line == 3
	})
	s.scan("gun", "no such code\x1f")
	unknown := event(c, topic, "scan", func(s scanRow) bool { return s.Op == "note" })
	if unknown.Raw != "no such code␟" || len(unknown.Flags) != 1 || unknown.Flags[0] != "unknown" {
		t.Errorf("the unknown code is shown as %+v", unknown)
	}
}
