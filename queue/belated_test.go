package queue

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// movementsAfter returns the ids of what is known of cola after a time, asked for alone;
// asked for among other items it must be the same.
func movementsAfter(t *testing.T, q *Queue, after time.Time) (ids []string) {
	t.Helper()
	err := q.Read(context.Background(), func(v agent.View) error {
		one, err := v.MovementsOf(shop, cola, after)
		if err != nil {
			return err
		}
		many, err := v.KnownOf(shop, after, after, "other", cola)
		if !slices.Equal(one, many[cola].Movements) {
			t.Errorf("alone %+v\namong others %+v", one, many[cola].Movements)
		}
		for _, m := range one {
			ids = append(ids, m.SourceID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// soldOn is a sale that occurred so many days after the start, and was posted on another
// one; before the start it was not posted.
func soldOn(id string, occurred, posted int) agent.Movement {
	at := start.Add(time.Duration(occurred) * 24 * time.Hour)
	m := agent.Movement{Source: "shop", SourceID: id, Receipt: "R-" + id, Kind: agent.Sale, Item: cola, Location: shop, Quantity: -1, Occurred: agent.Stamp{At: at}}
	if posted >= 0 {
		m.Posted = start.Add(time.Duration(posted) * 24 * time.Hour)
	}
	return m
}

func receivedOn(day int, all ...agent.Movement) agent.Facts {
	facts := events(agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: all}))
	facts.At = start.Add(time.Duration(day) * 24 * time.Hour)
	return facts
}

// What a till told late, or the shop posted late, is found however long ago it occurred;
// what became known in time is not read again.
func TestLateMovementsAreFoundHoweverOld(t *testing.T) {
	q := openTemp(t)
	after := start.Add(50 * 24 * time.Hour)
	partner := soldOn("posted long ago", 3, 3)
	offline := soldOn("offline, and posted by the shop in time", 3, -1)
	offline.Source, offline.Receipt = "till-2", partner.Receipt
	put(t, q, receivedOn(10, soldOn("in time", 10, 10), partner, soldOn("told in time", 10, -1), soldOn("late, and long ago", 2, 10), soldOn("told late, and long ago", 2, -1)))
	put(t, q, receivedOn(60, soldOn("recent", 59, 59), soldOn("posted late", 20, 60), soldOn("told late", 20, -1), offline, soldOn("history that came late", 5, 5)))
	other := soldOn("of another item", 20, 60)
	other.Item = "other"
	put(t, q, receivedOn(60, other))
	want := []string{partner.SourceID, offline.SourceID, "posted late", "told late", "recent"}
	if got := movementsAfter(t, q, after); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if all := movementsAfter(t, q, time.Time{}); len(all) != 10 {
		t.Errorf("from the beginning: %q", all)
	}
	checkSound(t, q)
}

// Whatever became known after a time, or occurred after it, is among what is read, once.
func TestNoLateMovementIsOverlooked(t *testing.T) {
	for seed := range uint64(20) {
		q := openTemp(t)
		draw := rand.New(rand.NewPCG(seed, 0))
		after := 20
		var want []string
		told := 0
		for day := range 40 {
			var all []agent.Movement
			for range draw.IntN(4) {
				occurred, posted := draw.IntN(day+1), -1
				if draw.IntN(2) == 0 {
					posted = occurred + draw.IntN(day-occurred+1)
				}
				id := fmt.Sprintf("%d, of %d, posted %d, told %d", told, occurred, posted, day)
				told++
				all = append(all, soldOn(id, occurred, posted))
				known := posted
				if known < 0 {
					known = day
				}
				if occurred > after || known > after && known-occurred > 1 {
					want = append(want, id)
				}
			}
			if len(all) > 0 {
				put(t, q, receivedOn(day, all...))
			}
		}
		got := movementsAfter(t, q, start.Add(time.Duration(after)*24*time.Hour))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: got %q\nwant %q", seed, got, want)
		}
	}
}
