package scanner

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	firstPause = 250 * time.Millisecond
	longPause  = 5 * time.Second
	// missingPause is the longest for a scanner that is not there: looking for
	// it costs little, and it is back within two seconds of being plugged in also
	// where the system does not tell.
	missingPause = 1500 * time.Millisecond
	// feedbackTime is how long a scanner may take to accept an answer.
	feedbackTime = time.Second
)

// device is one supervised scanner. Its run owns two goroutines, one that opens
// and reads and one that consumes, and a third for feedback while it is open.
type device struct {
	Device
	sink  Sink
	ring  *ring
	twins *twins // of the devices beside it
	look  chan struct{}
	life  *life // nil while it does not run; guarded by Supervisor.mu

	sequence int64 // of the last read; the consumer's while the device runs

	telling sync.Mutex // held while a change of state is told, so that the order holds
	open    *session   // guarded by telling: the connection that may become reading

	mu    sync.Mutex
	state State
}

// session is one connection from open to close.
type session struct {
	conn     Conn
	verdicts chan Verdict
	physical string // the hardware it leads to
	awaits   bool   // the scanner waits for each answer
	reading  bool   // guarded by device.telling: the state reading was reached
}

func newSession(d Device, conn Conn) *session {
	s := &session{conn: conn, verdicts: make(chan Verdict, 1), physical: d.Physical}
	if p, ok := conn.(Placed); ok && s.physical == "" {
		s.physical = p.Physical()
	}
	if a, ok := conn.(Awaited); ok {
		s.awaits = a.Awaits()
	}
	return s
}

func newDevice(d Device, sink Sink, twins *twins) *device {
	first := State{Name: Missing, Sentence: "Looking for the scanner."}
	if d.Disabled {
		first = State{
			Name: Disabled, Sentence: "The scanner is switched off in the configuration.",
			Remedy: "Remove \"disabled\" from its section to use it.",
		}
	}
	first.Device, first.Since = d.ID, time.Now().UTC()
	return &device{
		Device: d, sink: sink, ring: newRing(RingSize), twins: twins,
		look: make(chan struct{}, 1), state: first,
	}
}

func (d *device) run(ctx, drain context.Context) {
	d.sink.State(d.current())
	if d.Disabled {
		<-ctx.Done()
		return
	}
	var consumed sync.WaitGroup
	consumed.Go(func() { newConsumer(d).run(drain) })
	d.keepOpen(ctx, drain)
	d.ring.close()
	consumed.Wait()
}

// keepOpen connects, and connects again, until ctx ends.
func (d *device) keepOpen(ctx, drain context.Context) {
	pause, fresh := firstPause, true
	for ctx.Err() == nil {
		opened, worked, err := d.connect(ctx, drain)
		if ctx.Err() != nil {
			return
		}
		state := stateOf(err)
		if state.Name == NoRights && fresh {
			// The system sets the rights of a new file a moment after it made it.
			fresh = false
			d.wait(ctx, firstPause)
			continue
		}
		fresh = state.Name == Missing
		d.tell(state)
		if worked {
			pause = firstPause
		}
		longest := longPause
		if state.Name == Missing && !opened {
			longest = missingPause
		}
		pause = min(pause, longest)
		if d.wait(ctx, pause) {
			pause = firstPause
			continue
		}
		pause = 2 * pause
	}
}

// wait pauses and reports whether somebody asked to look sooner.
func (d *device) wait(ctx context.Context, pause time.Duration) (asked bool) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-d.look:
		return true
	}
	return false
}

// connect opens the device and reads it until it fails or ctx ends. It reports
// whether it could be opened, and whether it became ready to scan.
func (d *device) connect(ctx, drain context.Context) (opened, worked bool, err error) {
	conn, err := d.Driver.Open(ctx)
	if err != nil {
		return false, false, err
	}
	s := newSession(d.Device, conn)
	d.setOpen(s)
	d.mark(drain, itemOpened, s, time.Now())

	var answered sync.WaitGroup
	answering, stop := context.WithCancel(ctx)
	answered.Go(func() { d.answer(answering, s) })

	err = conn.Run(ctx, &Inlet{ring: d.ring, tellBehind: d.tellBehind})
	// Closing takes its time. It must not be taken for the end of a scan.
	ended := time.Now()
	d.ring.deafen()
	worked = d.setOpen(nil)
	stop()
	answered.Wait()
	if closing := conn.Close(); err == nil {
		err = closing
	}
	d.mark(drain, itemClosed, s, ended)
	return true, worked, err
}

// mark puts the beginning or the end of a connection among its bytes. It waits
// for room: without it bytes of two connections could run together.
func (d *device) mark(drain context.Context, kind itemKind, s *session, at time.Time) {
	_ = d.ring.waitRoom(drain)
	d.ring.put(func(it *item) { it.kind, it.at, it.session = kind, at, s })
}

// answer tells the scanner the newest verdict, one at a time.
func (d *device) answer(ctx context.Context, s *session) {
	silent := false
	for {
		select {
		case <-ctx.Done():
			return
		case v := <-s.verdicts:
			err := d.feedback(ctx, s.conn, v)
			if err != nil && ctx.Err() == nil && !silent {
				silent = true
				d.notice(NoFeedback, 0, err, "The scanner does not accept the answer to its scan. Scans are stored; look at the page instead of listening for the beep.")
			}
		}
	}
}

func (d *device) feedback(ctx context.Context, conn Conn, v Verdict) error {
	limited, cancel := context.WithTimeout(ctx, feedbackTime)
	defer cancel()
	return conn.Feedback(limited, v)
}

// say queues a verdict; a newer one replaces one that still waits.
func (s *session) say(v Verdict) {
	for {
		select {
		case s.verdicts <- v:
			return
		default:
		}
		select {
		case <-s.verdicts:
		default:
		}
	}
}

// setOpen sets the connection that may become reading and reports whether the
// one before was.
func (d *device) setOpen(s *session) (wasReading bool) {
	d.telling.Lock()
	defer d.telling.Unlock()
	wasReading = d.open != nil && d.open.reading
	d.open = s
	return wasReading
}

// tellReading announces that s is ready to scan, unless it has ended meanwhile.
func (d *device) tellReading(s *session, discarded int) {
	d.telling.Lock()
	defer d.telling.Unlock()
	if d.open != s {
		return
	}
	s.reading = true
	d.change(readingState(discarded))
}

func (d *device) tell(s State) {
	d.telling.Lock()
	defer d.telling.Unlock()
	d.change(s)
}

// change sets the state and passes it on if a person would see a difference.
func (d *device) change(s State) {
	s.Device, s.Since = d.ID, time.Now().UTC()
	d.mu.Lock()
	before := d.state
	if before.Name == s.Name {
		s.Since = before.Since
	}
	d.state = s
	d.mu.Unlock()
	if before.Name != s.Name || before.Sentence != s.Sentence {
		d.sink.State(s)
	}
}

func (d *device) current() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

func (d *device) tellBehind() {
	d.notice(Behind, RingSize, nil, fmt.Sprintf("Scans arrive faster than they are stored: %d pieces wait. The scanner is held back and nothing is lost. Wait a moment.", RingSize))
}

func (d *device) notice(kind NoticeKind, count int, err error, sentence string) {
	d.sink.Notice(Notice{
		Device: d.ID, Kind: kind, At: time.Now().UTC(), Count: count, Sentence: sentence, Err: err,
	})
}
