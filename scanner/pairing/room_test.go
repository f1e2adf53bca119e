package pairing_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/pairing"
)

// desk is where scanners are plugged in and out while a room listens.
type desk struct {
	mu      sync.Mutex
	plugged map[string]*plug
}

// plug is one scanner on the desk. Whoever listens to it gets what is sent.
type plug struct {
	candidate scanner.Candidate
	sent      chan string
	opened    atomic.Int32 // how often it was listened to
	closed    atomic.Int32
}

func (d *desk) find(context.Context) ([]scanner.Candidate, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []scanner.Candidate
	for _, p := range d.plugged {
		all = append(all, p.candidate)
	}
	return all, nil
}

func (d *desk) plug(c scanner.Candidate) *plug {
	p := &plug{candidate: c, sent: make(chan string)}
	p.candidate.Listen = func(ctx context.Context, hear func(scanner.Hearing)) error {
		p.opened.Add(1)
		defer func() { p.closed.Add(1) }()
		for {
			select {
			case <-ctx.Done():
				return nil
			case raw, ok := <-p.sent:
				if !ok {
					return scanner.Gone(nil)
				}
				hear(scanner.Hearing{Candidate: c.ID, First: time.Now(), Last: time.Now(), Meanings: []scanner.Meaning{meaning(raw)}})
			}
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plugged[c.ID] = p
	return p
}

func (d *desk) unplug(p *plug) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.plugged, p.candidate.ID)
	close(p.sent)
}

func TestARoomHearsWhatIsPluggedInMeanwhileAndLetsGoOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{plugged: map[string]*plug{}}
		own := d.plug(scanner.Candidate{ID: "serial:own", Driver: "serial"})
		room := pairing.NewRoom(word, []scanner.Find{d.find}, func(id string) bool { return id == own.candidate.ID }, func() {})
		ctx, end := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { room.Run(ctx) })
		synctest.Wait()

		gun := d.plug(serial)
		time.Sleep(2 * time.Second)
		gun.sent <- first + "\r"
		synctest.Wait()
		if f := room.State().Findings; len(f) != 1 || f[0].Candidate.ID != serial.ID {
			t.Errorf("found %+v, want the scanner that was plugged in later", f)
		}
		if n := len(room.State().Candidates); n != 1 {
			t.Errorf("%d candidates, want one: the scanner in use is no candidate", n)
		}

		d.unplug(gun)
		time.Sleep(2 * time.Second)
		if n := len(room.State().Candidates); n != 0 {
			t.Errorf("%d candidates after the unplug", n)
		}
		gun = d.plug(serial)
		time.Sleep(2 * time.Second)
		if gun.opened.Load() != 1 {
			t.Errorf("after the replug it was listened to %d times, want once", gun.opened.Load())
		}
		end()
		running.Wait()
		if gun.closed.Load() != 1 || own.opened.Load() != 0 {
			t.Errorf("let go %d times; a scanner in use was opened %d times", gun.closed.Load(), own.opened.Load())
		}
	})
}

func TestARoomSaysWhyItCannotHearSomething(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		locked := scanner.Candidate{ID: "hidpos:1", Driver: "hid-pos", Fault: &scanner.Fault{State: scanner.NoRights, Sentence: "No rights.", Remedy: "Get some."}}
		find := func(context.Context) ([]scanner.Candidate, error) { return []scanner.Candidate{locked}, nil }
		room := pairing.NewRoom(word, []scanner.Find{find}, func(string) bool { return false }, func() {})
		ctx, end := context.WithCancel(t.Context())
		defer end()
		go room.Run(ctx)
		synctest.Wait()
		if c := room.State().Candidates; len(c) != 1 || c[0].Fault == nil || c[0].Fault.Remedy == "" {
			t.Errorf("candidates %+v, want one with its fault", c)
		}
	})
}
