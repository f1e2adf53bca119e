package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/kardianos/service"
)

const (
	// hardStop is how long the agent may take to stop: enough to finish a
	// commit and say goodbye, less than any service manager's patience.
	hardStop = 15 * time.Second

	// afterStop is what is left to main once Run has returned from a stop
	// that was not obeyed; then the process ends whatever still runs.
	afterStop = 2 * time.Second

	// startWait is how long a start may keep the Windows service manager
	// waiting for a quick failure (a wrong configuration, a locked queue) to
	// show. A longer start goes on behind a service that is already running.
	startWait = 5 * time.Second

	exitHung = 70 // after a stop that was not obeyed; EX_SOFTWARE of sysexits
)

// Errors of Run that are not the agent's own.
var (
	ErrHung  = errors.New("the agent did not stop within 15 seconds and was ended; nothing it acknowledged is lost")
	ErrEnded = errors.New("the agent ended although nobody asked it to stop")

	errStopAsked = errors.New("the service manager asked for a stop")
	errReturned  = errors.New("the agent returned")
)

// Agent is what runs as the service.
type Agent struct {
	// Serve is the agent. It returns when its context ends; a return before
	// that is a failure, with or without an error, and makes the service
	// manager start the program anew. It calls ready once it can take scans;
	// the text is shown by `systemctl status`. It calls ready at most once
	// with effect and from any goroutine.
	Serve func(ctx context.Context, ready func(text string)) error

	// Alive, if set, is asked before each sign of life to systemd. An error,
	// or no answer, withholds the sign; after 30 seconds without one the
	// program is started anew.
	Alive func(ctx context.Context) error

	// Log, if set, hears of the start, the stop and the reason for an end.
	Log *slog.Logger
}

// Run runs the agent until ctx ends, SIGTERM or an interrupt arrives, or the
// service manager asks for a stop; in a terminal as well as under systemd and
// Windows. A second signal ends the program at once. It returns nil after a
// stop that was asked for and obeyed, otherwise what went wrong: the caller
// ends the program with a status other than zero.
func Run(ctx context.Context, agent Agent) error {
	p := newProgram(ctx, agent)
	defer p.cancel(nil)
	if service.Interactive() {
		return p.foreground()
	}
	return p.underManager()
}

// program is the life of one agent; it is the service.Interface of kardianos.
type program struct {
	agent  Agent
	limit  time.Duration // hardStop, shorter in tests
	ctx    context.Context
	cancel context.CancelCauseFunc

	ready     chan struct{} // closed by the agent's ready
	readyOnce sync.Once
	beats     sync.WaitGroup

	done   chan struct{} // closed when Serve has returned
	served error         // Serve's answer; read after done
	hung   bool          // set by Stop; read by the goroutine that called Run
}

func newProgram(ctx context.Context, agent Agent) *program {
	if agent.Alive == nil {
		agent.Alive = func(context.Context) error { return nil }
	}
	if agent.Log == nil {
		agent.Log = slog.New(slog.DiscardHandler)
	}
	p := &program{
		agent: agent,
		limit: hardStop,
		ready: make(chan struct{}),
		done:  make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	return p
}

// foreground is a run without a service manager behind kardianos: a terminal,
// a container, another supervisor.
func (p *program) foreground() error {
	defer p.catchSignals()()
	if err := p.Start(nil); err != nil {
		return err
	}
	p.wait()
	_ = p.Stop(nil)
	return p.result()
}

func (p *program) underManager() error {
	defer p.catchSignals()()
	s, err := service.New(p, &service.Config{
		Name: Name,
		// Used on Linux only, in place of kardianos' own wait for a signal,
		// which would not see the agent end by itself.
		Option: service.KeyValue{"RunWait": p.wait},
	})
	if err != nil {
		return fmt.Errorf("speak with the service manager: %w", err)
	}
	if err := s.Run(); err != nil {
		report(s, err)
		return err
	}
	if err := p.result(); err != nil {
		report(s, err)
		return err
	}
	return nil
}

// catchSignals turns the first SIGTERM or interrupt into a stop and gives the
// second one back to the system, which ends the program.
func (p *program) catchSignals() (release func()) {
	ctx, release := signal.NotifyContext(p.ctx, syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, func() {
		release()
		p.cancel(errStopAsked)
	})
	return release
}

// wait returns when there is a reason to stop, be it the agent's own end.
func (p *program) wait() {
	select {
	case <-p.ctx.Done():
	case <-p.done:
	}
}

// Start begins the agent. It returns once that is ready, or has failed, or
// startWait is over.
func (p *program) Start(s service.Service) error {
	p.agent.Log.Info("starting", "program", Name)
	go p.serve()
	timer := time.NewTimer(startWait)
	defer timer.Stop()
	select {
	case <-p.ready:
	case <-timer.C:
	case <-p.ctx.Done():
	case <-p.done:
		if err := p.result(); err != nil {
			return err
		}
	}
	if s != nil {
		go p.endWithAgent(s)
	}
	return nil
}

func (p *program) serve() {
	defer close(p.done)
	p.served = p.agent.Serve(p.ctx, p.markReady)
	p.cancel(errReturned)
	p.beats.Wait()
}

func (p *program) markReady(text string) {
	p.readyOnce.Do(func() {
		notify("READY=1", status(text))
		if every := watchdogInterval(); every > 0 {
			p.beats.Go(func() { beat(p.ctx, every, p.agent.Alive) })
		}
		close(p.ready)
	})
}

// Stop ends the agent and waits for it, but not for ever. It never returns an
// error: on Windows that would count as a failure and the service that
// somebody has just stopped would be started again.
func (p *program) Stop(service.Service) error {
	notify("STOPPING=1")
	p.agent.Log.Info("stopping", "program", Name)
	p.cancel(errStopAsked)
	timer := time.NewTimer(p.limit)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.hung = true
		time.AfterFunc(afterStop, func() { os.Exit(exitHung) })
	}
	return nil
}

// result is what Run returns; to be called after Stop, or after done.
func (p *program) result() error {
	if p.hung {
		return ErrHung
	}
	<-p.done
	asked := !errors.Is(context.Cause(p.ctx), errReturned)
	if asked && errors.Is(p.served, context.Canceled) {
		return nil
	}
	if p.served == nil && !asked {
		return ErrEnded
	}
	return p.served
}
