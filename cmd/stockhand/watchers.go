package main

import "sync"

// watchers are told when something was stored. The zero value has none.
type watchers struct {
	mu   sync.Mutex
	list map[chan struct{}]bool
}

// tell never waits: who has not looked yet since the last time is told once.
func (w *watchers) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.list {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// join returns a channel that receives after something was stored, until leave.
func (w *watchers) join() (stored <-chan struct{}, leave func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.list == nil {
		w.list = map[chan struct{}]bool{}
	}
	w.list[c] = true
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.list, c)
	}
}
