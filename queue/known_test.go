package queue

import (
	"context"
	"fmt"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// Whether movements are known is told for each source, for more ids than one query
// takes, and for none.
func TestKnownMovementsAreThoseOfTheSource(t *testing.T) {
	q := openTemp(t)
	var told []agent.Movement
	for n := range 2*knownAtOnce + 1 {
		told = append(told, agent.Movement{Source: "till", SourceID: fmt.Sprint(n), Item: cola, Location: shop, Quantity: -1, Occurred: sec(n)})
	}
	told = append(told, agent.Movement{Source: "web", SourceID: "web-1", Item: cola, Location: shop, Quantity: -1, Occurred: sec(1)})
	put(t, q, events(agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: told})))
	asked := []string{"web-1", "never", "it's", ""}
	for n := range 2*knownAtOnce + 1 {
		asked = append(asked, fmt.Sprint(n))
	}
	err := q.Read(context.Background(), func(v agent.View) error {
		for source, want := range map[string]int{"till": 2*knownAtOnce + 1, "web": 1, "nobody": 0} {
			known, err := v.KnownMovements(source, asked...)
			if err != nil {
				return err
			}
			if len(known) != want || known["web-1"] != (source == "web") {
				t.Errorf("of %s %d are known, want %d", source, len(known), want)
			}
		}
		none, err := v.KnownMovements("till")
		if len(none) != 0 {
			t.Errorf("asked for none: %v", none)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
