package scanner

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// DrainTime is how long what was already read may take to be stored after the
// supervisor was told to stop, or to remove a device.
const DrainTime = 5 * time.Second

// Supervisor keeps all configured scanners open. Devices can be added, replaced
// and removed while it runs.
type Supervisor struct {
	sink  Sink
	twins *twins

	// changing is held while a device is added, replaced or removed, and before
	// mu if both are needed.
	changing sync.Mutex

	mu      sync.Mutex
	devices []*device
	numbers map[string]int64    // the last read's, of devices that were removed
	begin   func(*device) *life // nil unless Run runs
	lives   map[*life]struct{}  // that have not ended
}

// life is the running of one device.
type life struct {
	stop  context.CancelFunc // reading it
	cut   context.CancelFunc // storing what was read
	ended chan struct{}
}

// New returns a supervisor for devices, each with an ID of its own.
func New(devices []Device, sink Sink) (*Supervisor, error) {
	s := &Supervisor{sink: sink, twins: &twins{}, numbers: map[string]int64{}, lives: map[*life]struct{}{}}
	for _, d := range devices {
		if err := s.Add(d); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Run opens the devices and keeps them open until ctx ends. It returns after all
// its goroutines have ended and what had been read whole was handed to the sink.
// It may be called once.
func (s *Supervisor) Run(ctx context.Context) error {
	s.changing.Lock()
	s.mu.Lock()
	s.begin = func(d *device) *life { return s.live(ctx, d) }
	for _, d := range s.devices {
		d.life = s.begin(d)
	}
	s.mu.Unlock()
	s.changing.Unlock()

	<-ctx.Done()
	s.mu.Lock()
	s.begin = nil
	var left []*life
	for l := range s.lives {
		left = append(left, l)
	}
	s.mu.Unlock()
	end(context.WithoutCancel(ctx), left...)
	return ctx.Err()
}

// live starts a device. The caller holds mu.
func (s *Supervisor) live(ctx context.Context, d *device) *life {
	reading, stop := context.WithCancel(ctx)
	drain, cut := context.WithCancel(context.WithoutCancel(ctx))
	l := &life{stop, cut, make(chan struct{})}
	s.lives[l] = struct{}{}
	go func() {
		defer close(l.ended)
		d.run(reading, drain)
		stop()
		cut()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.lives, l)
	}()
	return l
}

// end stops devices and waits until they have ended. What they read is stored
// first, unless that takes longer than DrainTime or ctx ends.
func end(ctx context.Context, lives ...*life) {
	ctx, cancel := context.WithTimeout(ctx, DrainTime)
	defer cancel()
	for _, l := range lives {
		l.stop()
	}
	for _, l := range lives {
		select {
		case <-l.ended:
		case <-ctx.Done():
			l.cut()
		}
	}
	for _, l := range lives {
		<-l.ended
	}
}

// Add takes a device in. While the supervisor runs it is opened at once.
func (s *Supervisor) Add(d Device) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.ID == "" || d.Driver == nil {
		return fmt.Errorf("scanner %q has no identity or no driver", d.Name)
	}
	if i := s.index(d.ID); i >= 0 {
		return fmt.Errorf("scanners %q and %q are the same device %s: remove one of them", s.devices[i].Name, d.Name, d.ID)
	}
	s.devices = append(s.devices, s.started(d))
	return nil
}

// Remove closes a device and forgets it. It returns after its goroutines have
// ended and what had been read whole was handed to the sink; ctx may cut the
// latter short. The numbers of its reads go on if it is added again.
func (s *Supervisor) Remove(ctx context.Context, id string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	i, err := s.finish(ctx, id)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices = slices.Delete(s.devices, i, i+1)
	return nil
}

// Replace closes the device with d's ID, as Remove does, and goes on with d in
// its place: the same scanner with other settings.
func (s *Supervisor) Replace(ctx context.Context, d Device) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if d.Driver == nil {
		return fmt.Errorf("scanner %q has no driver", d.Name)
	}
	i, err := s.finish(ctx, d.ID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[i] = s.started(d)
	return nil
}

// finish ends a device and returns where it stands in the list. The caller holds
// changing.
func (s *Supervisor) finish(ctx context.Context, id string) (int, error) {
	s.mu.Lock()
	i := s.index(id)
	if i < 0 {
		s.mu.Unlock()
		return i, fmt.Errorf("there is no scanner %s", id)
	}
	d := s.devices[i]
	running := d.life
	s.mu.Unlock()
	if running != nil {
		end(ctx, running)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[id] = d.sequence
	return i, nil
}

// started returns a supervised device, running if the supervisor does. The caller
// holds mu.
func (s *Supervisor) started(d Device) *device {
	supervised := newDevice(d, s.sink, s.twins)
	supervised.sequence = s.numbers[d.ID]
	if s.begin != nil {
		supervised.life = s.begin(supervised)
	}
	return supervised
}

func (s *Supervisor) index(id string) int {
	return slices.IndexFunc(s.devices, func(d *device) bool { return d.ID == id })
}

// States returns the present state of every device, in the order in which they
// were added.
func (s *Supervisor) States() []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]State, len(s.devices))
	for i, d := range s.devices {
		states[i] = d.current()
	}
	return states
}

// Look makes every device that waits for its next try try now. It is for
// whoever learns that something was plugged in.
func (s *Supervisor) Look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		signal(d.look)
	}
}
