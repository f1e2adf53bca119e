package ui

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// A page names what is to be counted once more, also where nobody has found any of it:
// then it has no line to take the name from.
func TestARecountNamesItsItems(t *testing.T) {
	type asked struct {
		Round int64 `json:"round"`
		Named []struct{ ID, SKU, Name string }
	}
	s := open(t)
	count := do[agent.Count](s, "count.open", fields{"name": "named"})
	s.state(5)
	s.scan("gun", "BIN-A2")
	s.scan("gun", code(1))
	topic := "count/" + string(count.ID)
	c, _ := s.page(agent.Manager, topic)
	s.close(count, 5)
	made := do[agent.Recount](s, "count.recount", fields{"count": count.ID, "items": []string{"item-1", "item-2"}})
	got := event(c, topic, "recount", func(r asked) bool { return r.Round == made.Round })
	c.send(fields{"t": "unsub", "topics": []string{topic}})
	c.follow(topic)
	if len(got.Named) != 2 || got.Named[1].ID != "item-2" || got.Named[1].SKU == "" || got.Named[1].Name == "" {
		t.Errorf("the recount asks for %+v", got)
	}
}
