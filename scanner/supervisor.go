package scanner

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// DrainTime is how long what was already read may take to be stored after the
// supervisor was told to stop.
const DrainTime = 5 * time.Second

// Supervisor keeps all configured scanners open.
type Supervisor struct {
	sink    Sink
	devices []*device
}

// New returns a supervisor for devices, each with an ID of its own.
func New(devices []Device, sink Sink) (*Supervisor, error) {
	s := &Supervisor{sink: sink}
	seen, hardware := map[string]string{}, &twins{}
	for _, d := range devices {
		if d.ID == "" || d.Driver == nil {
			return nil, fmt.Errorf("scanner %q has no identity or no driver", d.Name)
		}
		if other, ok := seen[d.ID]; ok {
			return nil, fmt.Errorf("scanners %q and %q are the same device %s: remove one of them", other, d.Name, d.ID)
		}
		seen[d.ID] = d.Name
		s.devices = append(s.devices, newDevice(d, sink, hardware))
	}
	return s, nil
}

// Run opens the devices and keeps them open until ctx ends. It returns after all
// its goroutines have ended and what had been read whole was handed to the sink.
// It may be called once.
func (s *Supervisor) Run(ctx context.Context) error {
	drain, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var all sync.WaitGroup
	for _, d := range s.devices {
		all.Go(func() { d.run(ctx, drain) })
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	<-ctx.Done()
	select {
	case <-ended:
	case <-time.After(DrainTime):
		cancel()
		<-ended
	}
	return ctx.Err()
}

// States returns the present state of every device, in the order of New.
func (s *Supervisor) States() []State {
	states := make([]State, len(s.devices))
	for i, d := range s.devices {
		states[i] = d.current()
	}
	return states
}

// Look makes every device that waits for its next try try now. It is for
// whoever learns that something was plugged in.
func (s *Supervisor) Look() {
	for _, d := range s.devices {
		signal(d.look)
	}
}
