package keyboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Open finds the scanner and takes all its keys for this program.
func (d *Driver) Open(ctx context.Context) (scanner.Conn, error) {
	k, err := d.find(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{driver: d, physical: k.physical}
	for _, path := range k.nodes {
		if err := c.add(ctx, path); err != nil {
			c.Close()
			return nil, explain(path, err)
		}
	}
	return c, nil
}

func (d *Driver) find(ctx context.Context) (keyboard, error) {
	all, err := d.system.keyboards(ctx)
	if err != nil {
		return keyboard{}, scanner.Gone(fmt.Errorf("look for %s: %w", d.Where.Identity(), err))
	}
	k, err := d.Where.pick(all)
	var f *scanner.Fault
	if errors.As(err, &f) && f.State == scanner.Missing {
		if usb, found := d.system.bare(d.Where); found {
			return k, noKeyboard(usb, usb.Product == d.Where.Product, err)
		}
	}
	return k, err
}

// conn is a scanner whose keys come here.
type conn struct {
	driver   *Driver
	physical string
	nodes    []*node
}

// Physical is the USB device behind the keyboard.
func (c *conn) Physical() string { return c.physical }

func (c *conn) add(ctx context.Context, path string) error {
	n, err := c.driver.system.openSoon(ctx, path)
	if err != nil {
		return err
	}
	c.nodes = append(c.nodes, n)
	if err := n.take(ctx); err != nil {
		return err
	}
	n.darken()
	return nil
}

// Run reads until ctx ends or the scanner is gone.
func (c *conn) Run(ctx context.Context, in *scanner.Inlet) error {
	out := &joint{in: in}
	return each(ctx, c.nodes, func(ctx context.Context, n *node) error {
		return c.read(ctx, n, out)
	})
}

func (c *conn) read(ctx context.Context, n *node, out outlet) error {
	pause := cmp.Or(c.driver.Pause, DefaultPause)
	t := typist{decoder: NewDecoder(c.driver.Layout, c.driver.Caps), out: out, pause: pause}
	for {
		var limit time.Duration
		if t.decoder.Waiting() {
			limit = pause
		}
		events, err := n.read(ctx, limit)
		t.at = readClock().at
		switch {
		case err == nil:
			t.take(events)
			if slices.ContainsFunc(events, Event.capsLit) {
				n.darken()
			}
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.endDeadKey()
		default:
			return scanner.Gone(fmt.Errorf("read %s: %w", n.file.Name(), err))
		}
	}
}

// Feedback does nothing: a keyboard cannot be told.
func (c *conn) Feedback(context.Context, scanner.Verdict) error { return nil }

// Close gives the keys back.
func (c *conn) Close() error {
	var errs []error
	for _, n := range c.nodes {
		_ = n.grab(false) // closing gives them back too, and it may be unplugged
		errs = append(errs, n.close())
	}
	return errors.Join(errs...)
}

// each reads all nodes side by side until ctx ends or one of them fails, which
// ends all.
func each(ctx context.Context, nodes []*node, read func(context.Context, *node) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() {
		for _, n := range nodes {
			n.wake()
		}
	})
	defer stop()
	var all sync.WaitGroup
	for _, n := range nodes {
		all.Go(func() { cancel(read(ctx, n)) })
	}
	all.Wait()
	return context.Cause(ctx)
}

// joint lets several nodes use one inlet, with times that never go back.
type joint struct {
	mu   sync.Mutex
	in   outlet
	last time.Time
}

// Bytes passes text on.
func (j *joint) Bytes(chunk []byte, at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.in.Bytes(chunk, j.later(at))
}

// Lost passes a loss on.
func (j *joint) Lost(reason string, at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.in.Lost(reason, j.later(at))
}

func (j *joint) later(at time.Time) time.Time {
	if at.After(j.last) {
		j.last = at
	}
	return j.last
}
