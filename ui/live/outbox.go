package live

import "sync"

// outbox holds what waits to be written to one page, in order. Adding to it never
// blocks.
type outbox struct {
	mu     sync.Mutex
	waits  []letter
	deltas int // how many of the waiting ones, with what is being written
	weight int // their bytes
	bytes  int // of all
	wake   chan struct{}
}

type letter struct {
	data  []byte
	delta bool
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// put adds a frame. It returns false, and adds nothing, where the page has not
// taken what it got before.
func (o *outbox) put(data []byte, delta bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if delta && (o.deltas == deltaFrames || o.weight+len(data) > deltaBytes) || o.bytes+len(data) > queueBytes {
		return false
	}
	o.waits = append(o.waits, letter{data, delta})
	o.bytes += len(data)
	if delta {
		o.deltas++
		o.weight += len(data)
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return true
}

// take returns the next frame. It counts as waiting until it is written.
func (o *outbox) take() (letter, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waits) == 0 {
		return letter{}, false
	}
	next := o.waits[0]
	o.waits[0] = letter{}
	o.waits = o.waits[1:]
	if len(o.waits) == 0 {
		o.waits = nil // lets the memory go
	}
	return next, true
}

// written tells that a frame has left.
func (o *outbox) written(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= len(l.data)
	if l.delta {
		o.deltas--
		o.weight -= len(l.data)
	}
}

// empty reports whether everything has left.
func (o *outbox) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes == 0
}
