package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/agent/upload"
	"github.com/stockhand/stockhand/install"
	"github.com/stockhand/stockhand/queue"
	"github.com/stockhand/stockhand/scanner"
)

// callTime is how long one call of the upstream may take. It is less than the
// time an agent is given to stop.
const callTime = 10 * time.Second

// works are the parts of an agent. What is not configured, or not wanted for one
// command, is nil.
type works struct {
	config     *config
	log        *slog.Logger
	clock      agent.Clock
	queue      *queue.Queue
	upstream   agent.Connector
	feed       *feed.Feed
	upload     *upload.Uploader
	station    *station.Station
	page       page
	scanners   *scanner.Supervisor
	ears       *ears
	roster     roster
	pairing    pairings
	practice   practice
	watchers   watchers
	simulation *simulation                 // of the world around; nil in a real shop
	unsound    atomic.Pointer[agent.Error] // what the check of the database found
	running    atomic.Bool                 // the upload runs, not only one command
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// openWorks opens the database and everything that works on it, for this process
// alone. It reaches for nothing outside.
func openWorks(ctx context.Context, c *config, log *slog.Logger) (*works, error) {
	if err := install.PrepareFolder(c.Agent.Data); err != nil {
		return nil, &agent.Error{
			Code: "data-folder", Class: agent.Refuse, Err: err,
			What: "The data folder " + c.Agent.Data + " cannot be used.", Means: "There is nowhere to store scans, so nothing was started.",
			Do: "Correct the folder or its rights, or set another one as data in the section [agent].",
		}
	}
	w := &works{config: c, log: log, clock: systemClock{}, simulation: newSimulation(c.Simulate)}
	var err error
	if w.queue, err = queue.Open(ctx, c.database(), queue.Options{Clock: w.clock, Version: version, Log: log}); err != nil {
		return nil, noRoom(err)
	}
	tidy(c.Agent.Data, log)
	if err := w.connect(ctx); err != nil {
		_ = w.queue.Close()
		return nil, noRoom(err)
	}
	return w, nil
}

// noRoom says what a full disk means where nothing could begin.
func noRoom(err error) error {
	e, ok := errors.AsType[*agent.Error](err)
	if !ok || e.Code != "disk-full" {
		return err
	}
	full := *e
	full.Class, full.After = agent.Refuse, 0
	full.Means = "Nothing was begun. Everything that was acknowledged before is safe."
	full.Do = "Make room on the disk, then try again."
	return &full
}

// connect puts the use cases and the upstream around the open database.
func (w *works) connect(ctx context.Context) error {
	var err error
	if w.upstream, err = openUpstream(w.config, w.clock, w.log); err != nil {
		return err
	}
	if w.upstream != nil {
		// Whoever of the two reaches the upstream again first spares the other its wait.
		w.feed = feed.New(w.queue, w.upstream, w.clock, feed.Options{
			Location: w.config.location(), Every: w.readEvery(), Timeout: callTime, Log: w.log, Back: func() { w.upload.Reached() },
		})
		w.upload = upload.New(w.queue, w.upstream, w.clock, upload.Options{
			Catcher: w.feed, Timeout: callTime, MaxLines: w.config.Upstream.MaxLines, Log: w.log, Back: w.feed.Reached,
			Withheld: w.config.Upstream.withheld(),
		})
	}
	options, err := stationOptions(w.config, w.upstream)
	if err != nil {
		return err
	}
	options.Linker, options.Nudge = w, w.nudge
	if w.feed != nil {
		options.Levels, options.Transfers = levelReader{w.feed}, w.upstream.Info().Transfers
	}
	if w.upstream != nil && w.upstream.Info().Survey {
		options.Doctor = w.doctorBefore
	}
	w.station, err = station.Start(ctx, w.queue, w.clock, w.aRun(), options)
	if err == nil {
		w.addOperations()
		w.queue.SetPublisher(w)
	}
	return err
}

// soon is how often the demo looks at its shop while nothing is counted: whoever works
// a switch sees within seconds what it does.
const soon = 3 * time.Second

// readEvery is the pause between two readings while nothing is counted; zero is the
// usual one.
func (w *works) readEvery() time.Duration {
	if w.config.Simulate != nil {
		return soon
	}
	return 0
}

// stationOptions are the settings of the use cases, as far as they follow from the
// configuration.
func stationOptions(c *config, upstream agent.Connector) (o station.Options, err error) {
	if o.Policy, err = c.policy(); err != nil {
		return o, err
	}
	if o.Zone, err = c.zone(); err != nil {
		return o, err
	}
	if o.SignOut, err = c.signOut(); err != nil {
		return o, err
	}
	devices, err := scannersOf(c)
	if err != nil {
		return o, err
	}
	o.Scanners = map[agent.DeviceID]string{}
	for _, d := range devices {
		if d.Name != "" {
			o.Scanners[agent.DeviceID(d.ID)] = d.Name
		}
	}
	if o.Barcodes, err = c.rules(); err != nil {
		return o, err
	}
	o.Location, o.WeightInGrams, o.Alone = c.location(), c.weightInGrams(), upstream == nil
	if upstream != nil {
		o.Feed, o.Files, o.Source = upstream.Info().Feed, upstream.Info().Files, upstream.Info().Name
	}
	return o, nil
}

// Committed passes on that rows were added. It implements agent.Publisher.
func (w *works) Committed(head agent.Seq) {
	if w.page != nil {
		w.page.Committed(head)
	}
	w.watchers.tell()
	w.nudge()
}

// nudge makes feed and upload look whether there is something to do.
func (w *works) nudge() {
	if w.upload != nil {
		w.feed.Nudge()
		w.upload.Nudge()
	}
}

// changed tells the page that a device or the upstream is in another state.
func (w *works) changed() {
	if w.page != nil {
		w.page.Changed()
	}
}

// Link makes a one-time sign-in link. It implements station.Linker.
func (w *works) Link(role agent.Role, name string) (url string, expires time.Time, err error) {
	if w.page == nil {
		return "", time.Time{}, notRunning("There is no page to sign in to.")
	}
	return w.page.Link(role, name)
}

// looks are the operations that change nothing. They are asked for again and again.
var looks = map[string]bool{
	"delivery.choices": true, "plan.show": true, "count.list": true, "count.review": true, "count.export": true, "count.report": true, "item.history": true, "movements.told": true, "count.scans": true, "count.strays": true,
	"catalog.export": true, "catalog.state": true, "catalog.items": true, "catalog.search": true,
	"upload.status": true, "upload.export": true, "devices.states": true, "devices.watch": true, "access.list": true, "damage.state": true, "doctor.state": true, "doctor.count": true,
}

// dispatch carries out an operation, from wherever it was asked for, and logs it:
// by its code only if it is refused, because the sentence may hold a barcode.
func (w *works) dispatch(ctx context.Context, caller agent.Caller, commandID, op string, args json.RawMessage) (any, error) {
	began := w.clock.Now()
	result, err := w.station.Dispatch(ctx, caller, commandID, op, args)
	attrs := []any{"op", op, "actor", caller.Actor.ID, "took", w.clock.Now().Sub(began).Round(time.Microsecond)}
	level := slog.LevelInfo
	if looks[op] {
		level = slog.LevelDebug
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		e := agent.AsError(err)
		if attrs = append(attrs, "code", e.Code); e.Class == agent.Fault {
			level, attrs = slog.LevelError, append(attrs, "error", err)
		}
	}
	w.log.Log(ctx, level, "command", attrs...)
	return result, err
}

// database returns the path of the database.
func (c *config) database() string { return filepath.Join(c.Agent.Data, "queue.db") }

func notRunning(what string) error {
	return &agent.Error{
		Code: "agent-not-running", Class: agent.Refuse, What: what,
		Means: "Nothing was changed.", Do: "Start the agent first: stockhand run --config FILE, or stockhand service start.",
	}
}
