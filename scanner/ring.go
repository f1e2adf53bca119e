package scanner

import (
	"context"
	"sync"
	"time"
)

// RingSize is how many chunks of one device may wait for the consumer.
const RingSize = 1024

// keptCapacity is the largest buffer that a slot keeps for its next chunk.
const keptCapacity = 256

type itemKind uint8

const (
	itemBytes itemKind = iota
	itemFrame
	itemLost
	itemAside
	itemOpened
	itemClosed
)

// item is one slot of the ring.
type item struct {
	kind       itemKind
	data       []byte
	at, first  time.Time
	length     int
	flags      Flag
	reason     string
	session    *session
	lostBefore int       // chunks that found no room just before this one
	resumed    time.Time // when listening went on, if the line was held back just before
}

// ring is a bounded queue between the goroutine that reads a device and the one
// that consumes. The reader never waits in put: what finds no room is dropped
// and counted.
type ring struct {
	mu      sync.Mutex
	slots   []item
	head, n int
	dropped int       // since the last item that found room
	deaf    bool      // the line is held back or has ended: nobody listens
	resumed time.Time // when listening went on, if nothing was put since
	closed  bool
	filled  chan struct{} // a signal for the consumer
	drained chan struct{} // a signal for the reader
}

func newRing(size int) *ring {
	return &ring{
		slots:   make([]item, size),
		filled:  make(chan struct{}, 1),
		drained: make(chan struct{}, 1),
	}
}

// put lets fill write the next free slot.
func (r *ring) put(fill func(*item)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer signal(r.filled)
	if r.n == len(r.slots) {
		r.dropped++
		return
	}
	it := &r.slots[(r.head+r.n)%len(r.slots)]
	*it = item{data: it.data, lostBefore: r.dropped, resumed: r.resumed}
	r.dropped, r.deaf, r.resumed = 0, false, time.Time{}
	fill(it)
	r.n++
}

// peek returns the oldest item, which stays valid until advance.
func (r *ring) peek() *item {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == 0 {
		return nil
	}
	return &r.slots[r.head]
}

// advance removes the oldest item.
func (r *ring) advance() {
	r.mu.Lock()
	defer r.mu.Unlock()
	it := &r.slots[r.head]
	it.session = nil
	if cap(it.data) > keptCapacity {
		it.data = nil
	}
	r.head = (r.head + 1) % len(r.slots)
	r.n--
	signal(r.drained)
}

// takeDropped returns how many chunks were dropped after the newest item.
func (r *ring) takeDropped() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.dropped
	r.dropped = 0
	return n
}

func (r *ring) free() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.slots) - r.n
}

func (r *ring) waitRoom(ctx context.Context) error {
	for r.free() == 0 {
		select {
		case <-r.drained:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// holdBack waits for room while bytes wait on the line. Nobody knows when they
// arrived, so the wait is no silence: that is counted from the wait's end on.
func (r *ring) holdBack(ctx context.Context) error {
	r.deafen()
	err := r.waitRoom(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deaf, r.resumed = false, time.Now()
	signal(r.filled)
	return err
}

// deafen says that nobody listens to the line until the next put.
func (r *ring) deafen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deaf = true
}

// listens reports whether silence on the line would be noticed now, and since
// when, if that is later than the newest item.
func (r *ring) listens() (now bool, since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.deaf, r.resumed
}

// close says that nothing will be put any more.
func (r *ring) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	signal(r.filled)
}

// over reports whether the ring is closed and empty.
func (r *ring) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed && r.n == 0
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
