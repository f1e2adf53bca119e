package ui

import (
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

type placedPass struct {
	ID       string
	Together []string
}

type scopedCount struct {
	ID    string
	Scope agent.Scope
}

// A page is told who is together with whom, and what a count asks for by now: without
// the list itself, which may be very long.
func TestAPageIsToldOfTheScopeAndOfWhoIsTogether(t *testing.T) {
	s := open(t)
	count := do[agent.Count](s, "count.open", fields{"name": "Mugs", "scope": fields{"names": []string{code(1)}}})
	topic := "count/" + string(count.ID)
	c, snaps := s.page(agent.Counter, topic)
	shown := decode[struct{ Count scopedCount }](t, snaps[topic].Data).Count
	if shown.Scope.Listed != 1 || len(shown.Scope.Items) != 0 {
		t.Errorf("the count is shown as %+v", shown)
	}
	do[agent.Pass](s, "pass.open", fields{"count": count.ID, "zone": "shop", "new": true})
	do[agent.Pass](s, "pass.open", fields{"count": count.ID, "zone": "shop", "new": true})
	event(c, topic, "pass", func(p placedPass) bool { return p.ID == "pass-1" && slices.Equal(p.Together, []string{"pass-2"}) })
	do[agent.Pass](s, "pass.close", fields{"pass": "pass-2"})
	event(c, topic, "pass", func(p placedPass) bool { return p.ID == "pass-1" && len(p.Together) == 0 })

	left := do[struct{ Lines []struct{ Item agent.ItemID } }](s, "count.left", fields{"count": count.ID})
	if len(left.Lines) == 0 {
		t.Fatal("nothing is left")
	}
	var other agent.ItemID
	for _, item := range do[[]struct{ Item agent.ItemID }](s, "catalog.search", fields{"text": "ITEM"}) {
		if item.Item != left.Lines[0].Item {
			other = item.Item
		}
	}
	do[agent.Count](s, "count.widen", fields{"count": count.ID, "items": []agent.ItemID{other}})
	event(c, topic, "count", func(c scopedCount) bool { return c.Scope.Listed == 2 })
}
