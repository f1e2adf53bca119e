package scanner

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

const (
	// DefaultRepeat is how soon after a scan the same bytes of the same device
	// are taken for that scan once more: no trigger is pulled that fast.
	DefaultRepeat = 80 * time.Millisecond
	// TwinTime is how far apart two interfaces of one scanner may deliver the
	// same scan: a keyboard types it while HID POS has it at once.
	TwinTime = 500 * time.Millisecond
	// keptOfTwin is how many scans of one interface wait for their twins.
	keptOfTwin = 64
)

// Repeats tells which scans of one device may be a scan that was delivered
// before. Counting the same item five times is usual, so that equality alone
// means nothing; time does. It is a pure function of what it is fed.
type Repeats struct {
	window time.Duration
	waits  bool // the scanner sends a scan again unless it is answered

	raw      []byte
	length   int
	end      time.Time
	answered time.Time // when the scanner was told; zero: not yet
	stored   bool
}

// NewRepeats returns the rule for one device. Within window after the end of a
// scan the same bytes are that scan once more; 0 is DefaultRepeat. waits is true
// for a scanner that waits for an answer and sends again without one.
func NewRepeats(window time.Duration, waits bool) *Repeats {
	return &Repeats{window: orDefault(window, DefaultRepeat), waits: waits}
}

// Frame takes the next scan and reports whether it may be the one before, sent
// again. What was not stored has no repeats: sent again, it is the scan itself.
func (r *Repeats) Frame(f Frame) (repeated bool) {
	if r.stored && r.length == f.Length && bytes.Equal(r.raw, f.Raw) {
		soon := f.First.Sub(r.end) < r.window
		unheard := r.waits && (r.answered.IsZero() || f.First.Before(r.answered))
		repeated = soon || unheard
	}
	r.raw, r.length, r.end = append(r.raw[:0], f.Raw...), f.Length, f.Last
	r.answered, r.stored = time.Time{}, false
	return repeated
}

// Answered says what became of the newest scan and when the scanner was told; a
// zero time means that it was told nothing.
func (r *Repeats) Answered(v Verdict, at time.Time) {
	r.stored, r.answered = v != Refused, at
}

// twins finds the scans that one piece of hardware delivered by two of its
// interfaces. Its methods may be called by any goroutine.
type twins struct {
	mu      sync.Mutex
	waiting map[string][]twin // by Physical, oldest first
}

// twin is a scan whose counterpart may come by another interface.
type twin struct {
	device      string
	payload     []byte
	first, last time.Time
}

// frame reports whether a scan came by another interface of the same hardware
// already. Each scan has one twin at most, so that scanning an item five times
// by two interfaces makes five scans and five repeats.
func (t *twins) frame(physical, device string, f Frame) bool {
	if physical == "" {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	scan := twin{device: device, payload: payload(f.Raw), first: f.First, last: f.Last}
	list := t.waiting[physical]
	if i := slices.IndexFunc(list, scan.isTwinOf); i >= 0 {
		t.waiting[physical] = slices.Delete(list, i, i+1)
		return true
	}
	if len(list) == keptOfTwin {
		list = slices.Delete(list, 0, 1)
	}
	if t.waiting == nil {
		t.waiting = map[string][]twin{}
	}
	t.waiting[physical] = append(list, scan)
	return false
}

// forget takes back a scan that was not stored: what another interface delivers
// of it is the scan itself.
func (t *twins) forget(physical, device string, f Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting[physical] = slices.DeleteFunc(t.waiting[physical], func(s twin) bool {
		return s.device == device && s.last.Equal(f.Last) && bytes.Equal(s.payload, payload(f.Raw))
	})
}

func (s twin) isTwinOf(other twin) bool {
	return s.device != other.device && bytes.Equal(s.payload, other.payload) &&
		s.first.Sub(other.last) <= TwinTime && other.first.Sub(s.last) <= TwinTime
}

// payload is what two interfaces have in common: one may send the AIM identifier
// in front of the data, the other not.
func payload(raw []byte) []byte {
	if len(raw) > aimLength && raw[0] == ']' {
		raw = raw[aimLength:]
	}
	return bytes.Clone(raw)
}
