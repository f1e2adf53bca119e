package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// The switches of the page, by name.
const (
	offline  = "offline"
	throttle = "throttle"
	typeOver = "type-over"
	unplug   = "unplug"
)

// typeOverEvery is the time between two quantities that somebody types over.
const typeOverEvery = 15 * time.Second

// trouble makes things go wrong while their switch is on.
type trouble struct {
	world *world
	rand  *rand.Rand

	mu       sync.Mutex
	on       map[string]bool
	switched chan struct{} // holds a token after type-over was switched on
	typed    int           // quantities typed over so far
	last     string        // what was typed over last, in words
}

func newTrouble(w *world, r *rand.Rand) *trouble {
	return &trouble{world: w, rand: r, on: map[string]bool{}, switched: make(chan struct{}, 1)}
}

// switches describes the switches as they are.
func (t *trouble) switches() []Switch {
	t.mu.Lock()
	defer t.mu.Unlock()
	return []Switch{
		{offline, "Internet off", "The shop cannot be reached. Counting goes on; what is approved waits and goes out by itself later.", t.on[offline]},
		{throttle, "Shop busy", "The shop takes no requests for now. The agent comes back when it may.", t.on[throttle]},
		{typeOver, "Somebody types over", "Every 15 seconds somebody types another quantity into the shop's admin. The agent shows both and asks.", t.on[typeOver]},
		{unplug, "Scanner unplugged", "The cable of the first scanner is pulled. It goes on by itself when it is back.", t.on[unplug]},
	}
}

// turn works a switch.
func (t *trouble) turn(name string, on bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch name {
	case offline:
		t.world.shop.Offline(on)
	case throttle:
		t.world.shop.Throttle(on)
	case typeOver:
		if on {
			select {
			case t.switched <- struct{}{}:
			default:
			}
		}
	case unplug:
		if err := t.cable(on); err != nil {
			return err
		}
	default:
		return fmt.Errorf("there is no switch %q", name)
	}
	t.on[name] = on
	return nil
}

func (t *trouble) cable(pulled bool) error {
	first := t.world.scanners[0]
	if pulled {
		first.Unplug()
		return nil
	}
	return first.Plug()
}

// run types over quantities while that switch is on, until ctx ends.
func (t *trouble) run(ctx context.Context) error {
	ticker := time.NewTicker(typeOverEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.switched:
			ticker.Reset(typeOverEvery)
		case <-ticker.C:
		}
		if err := t.typeOne(); err != nil {
			return err
		}
	}
}

// typeOne types over the quantity of one article whose book is wrong, since that
// is where a change by somebody else meets an adjustment.
func (t *trouble) typeOne() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.on[typeOver] {
		return nil
	}
	w := t.world
	good := t.rand.IntN(len(w.goods))
	if wrong := w.differing(true); len(wrong) > 0 {
		good = wrong[t.rand.IntN(len(wrong))].good
	}
	quantity := w.shop.OnHand(w.till.ids[good]) + 2
	if err := w.shop.SetByHand(w.till.ids[good], max(quantity, 0), "somebody"); err != nil {
		return fmt.Errorf("type over a quantity: %w", err)
	}
	t.typed++
	t.last = fmt.Sprintf("%s: %d", w.goods[good].SKU, max(quantity, 0))
	return nil
}

func (t *trouble) typedOver() (n int, last string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.typed, t.last
}
