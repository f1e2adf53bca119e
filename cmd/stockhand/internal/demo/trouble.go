package demo

import (
	"fmt"
	"slices"
	"sync"
)

// The switches of the page, by name.
const (
	offline  = "offline"
	throttle = "throttle"
	typeOver = "type-over"
	unplug   = "unplug"
	closed   = "closed"
)

// trouble makes things go wrong while their switch is on.
type trouble struct {
	world *world

	mu    sync.Mutex
	on    map[string]bool
	typed []TypedOver // oldest first
}

func newTrouble(w *world) *trouble { return &trouble{world: w, on: map[string]bool{}} }

// switches describes the switches as they are.
func (t *trouble) switches() []Switch {
	t.mu.Lock()
	defer t.mu.Unlock()
	return []Switch{
		{offline, "Internet off", "The shop cannot be reached. Counting goes on; what is approved waits and goes out by itself later.", t.on[offline]},
		{throttle, "Shop busy", "The shop takes no requests for now. The agent comes back when it may.", t.on[throttle]},
		{typeOver, "Somebody types over", "Somebody types other numbers over those that you are about to correct, in the shop’s admin: wrong ones, and some that are right. The agent shows both and asks. First close a count.", t.on[typeOver]},
		{unplug, "Scanner unplugged", "The cable of the first scanner is pulled. It goes on by itself when it is back.", t.on[unplug]},
		{closed, "Shop closed", "No customer comes in any more, so that all numbers come to rest.", t.on[closed]},
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
	case typeOver, closed: // whoever does it looks at the switch
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

// is reports whether a switch is on.
func (t *trouble) is(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.on[name]
}

func (t *trouble) cable(pulled bool) error {
	first := t.world.scanners[0]
	if pulled {
		first.Unplug()
		return nil
	}
	return first.Plug()
}

// note remembers what was typed over.
func (t *trouble) note(typed TypedOver) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.typed = append(t.typed, typed)
}

// typedOver returns what was typed over, the last one first.
func (t *trouble) typedOver() []TypedOver {
	t.mu.Lock()
	defer t.mu.Unlock()
	typed := slices.Clone(t.typed)
	slices.Reverse(typed)
	return typed
}
