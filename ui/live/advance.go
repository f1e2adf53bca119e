package live

import (
	"context"
	"errors"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// batch is a stretch of the log, from exclusive to inclusive, as frames. States
// come first and carry the place from, scans follow with their own place: a page
// that is cut off in between has reached exactly the scans that it got, and is
// told the states again.
type batch struct {
	from, to agent.Seq
	states   []frame
	scans    []frame

	all     bool // something changed that concerns every topic
	reviews map[agent.CountID]bool
	books   bool // what is known of the shop's stock changed: every review may
	outbox  bool
	devices bool
	revoked []string

	people   bool    // who works here, or where, changed
	replaced []*page // that somebody else uses now
}

// frame is an event that waits to be told to whoever follows its topic.
type frame struct {
	topic   string
	seq     agent.Seq
	data    []byte
	counter []byte // for those who may not manage, where that differs
}

func (b *batch) state(topic, kind string, d any) {
	b.states = append(b.states, frame{topic: topic, seq: b.from, data: encode(event{T: "ev", Topic: topic, Seq: b.from, K: kind, D: d})})
}

// advance tells what was stored since the last time.
func (h *Hub) advance(ctx context.Context) {
	var b *batch
	err := h.options.Store.Read(ctx, func(v agent.View) error {
		_, head, err := v.Head()
		if err != nil || head <= h.pos {
			return err
		}
		if head-h.pos > farBehind {
			b = &batch{from: h.pos, to: head, all: true, books: true, outbox: true, devices: true, people: true}
			if b.revoked, err = h.noAccess(v); err != nil {
				return err
			}
			return h.replaced(v, b)
		}
		if b, err = h.batch(v, h.pos, head, h.followed); err != nil {
			return err
		}
		if err := h.replaced(v, b); err != nil {
			return err
		}
		return h.followers(v, b)
	})
	switch {
	case err != nil && ctx.Err() == nil:
		h.log.Error("the log could not be read for the pages", "code", agent.AsError(err).Code, "error", err)
	case err == nil && b != nil:
		h.publish(ctx, b)
	}
}

// publish gives a batch to the pages and moves on.
func (h *Hub) publish(ctx context.Context, b *batch) {
	h.pos = b.to
	for p := range h.pages {
		switch {
		case !p.behind.IsZero():
		case b.all:
			h.snapshots(ctx, p, p.names())
			h.markAt(p, h.pos)
		case p.give(b, p.topics):
			p.at = b.to
		default:
			h.lag(p)
		}
	}
	for _, id := range b.revoked {
		h.closeAll(id)
	}
	for _, p := range b.replaced {
		h.replace(p)
	}
	h.wakeReviews(b)
	if agent.Seq(h.newest.Load()) > h.pos {
		signal(h.woken)
	}
}

// give puts a batch's frames for the page's topics into its outbox, in order. It
// stops, and returns false, at the first that the outbox does not take.
func (p *page) give(b *batch, topics map[string]bool) bool {
	p.at = b.from
	for _, frames := range [][]frame{b.states, b.scans} {
		for _, f := range frames {
			if !topics[f.topic] {
				continue
			}
			data := f.data
			if f.counter != nil && !p.caller.May(agent.MayManage) {
				data = f.counter
			}
			if !p.out.put(data, true) {
				return false
			}
			p.at = f.seq
		}
	}
	return true
}

func (h *Hub) closeAll(access string) {
	for p := range h.pages {
		if p.access.ID == access {
			p.end(closeRevoked, "revoked")
		}
	}
}

// noAccess returns the accesses of pages that are not valid any more.
func (h *Hub) noAccess(v agent.View) (gone []string, err error) {
	accesses, err := v.Accesses()
	valid := map[string]bool{}
	for _, a := range accesses {
		valid[a.ID] = true
	}
	for p := range h.pages {
		if !valid[p.access.ID] {
			gone = append(gone, p.access.ID)
		}
	}
	return gone, err
}

// batch reads the next stretch of the log, up to a row, and makes frames for the
// topics that are wanted.
func (h *Hub) batch(v agent.View, from, upTo agent.Seq, wanted func(topic string) bool) (*batch, error) {
	records, err := v.Log(from, batchLimit)
	if err != nil {
		return nil, err
	}
	b := &batch{from: from, to: upTo, reviews: map[agent.CountID]bool{}}
	c := collected{counts: map[agent.CountID]*touched{}}
	for _, r := range records {
		if r.Seq > upTo {
			break
		}
		if r.Scan != nil {
			c.scan(b, *r.Scan)
		} else if err := c.event(v, b, *r.Event); err != nil {
			return nil, err
		}
	}
	if len(records) == batchLimit && records[batchLimit-1].Seq < upTo {
		b.to = records[batchLimit-1].Seq
	}
	return b, errors.Join(h.countFrames(v, b, c, wanted), h.strayFrames(v, b, c.strays, wanted), h.outboxFrames(v, b, c, wanted))
}

// followers adds what is told to all who follow a topic, whatever they have seen.
func (h *Hub) followers(v agent.View, b *batch) error {
	if b.devices && h.followed("devices") {
		if err := h.deviceFrames(v, b); err != nil {
			return err
		}
	}
	if b.outbox && h.followed("upload") {
		return h.depthFrame(v, b)
	}
	return nil
}

// collected is what a stretch of the log touched.
type collected struct {
	counts     map[agent.CountID]*touched
	strays     []agent.Scan // without a pass
	deliveries []agent.AdjustmentID
	approved   map[agent.CountID]bool
	requests   []agent.RequestID
}

// touched is what a stretch of the log touched in one count.
type touched struct {
	scans    []agent.Scan
	passes   map[agent.PassID]bool
	recounts bool
	all      bool // every pass
	moved    bool // a pass came to another place, or ended: who is together with whom
}

func (c *collected) count(id agent.CountID) *touched {
	if c.counts[id] == nil {
		c.counts[id] = &touched{passes: map[agent.PassID]bool{}}
	}
	return c.counts[id]
}

func (c *collected) scan(b *batch, s agent.Scan) {
	b.devices = b.devices || s.Device != ""
	if s.Flags&agent.Unowned != 0 {
		c.strays = append(c.strays, s)
	}
	if s.Count == "" {
		return
	}
	t := c.count(s.Count)
	t.moved = t.moved || s.Op == agent.Move
	t.scans = append(t.scans, s)
	if s.Pass != "" {
		t.passes[s.Pass] = true
	}
	b.reviews[s.Count] = true
}

func (c *collected) event(v agent.View, b *batch, e agent.Event) error {
	switch e.Kind {
	case agent.CountOpened:
		return then(e, func(f agent.Count) error { c.count(f.ID); return nil })
	case agent.CountChanged:
		return then(e, func(f agent.CountFact) error {
			c.count(f.Count)
			b.reviews[f.Count] = true
			return nil
		})
	case agent.CountWidened:
		return then(e, func(f agent.WidenFact) error {
			c.count(f.Count)
			b.reviews[f.Count] = true
			return nil
		})
	case agent.PassMoved:
		return then(e, func(f agent.PlaceFact) error {
			pass, found, err := v.Pass(f.Pass)
			if found {
				c.count(pass.Count).moved = true
			}
			return err
		})
	case agent.PassOpened:
		return then(e, func(f agent.Pass) error {
			b.devices = true
			c.count(f.Count).all = true
			return nil
		})
	case agent.PassClosed:
		return then(e, func(f agent.PassFact) error {
			b.devices = true
			pass, found, err := v.Pass(f.Pass)
			if found {
				t := c.count(pass.Count)
				t.passes[f.Pass], t.moved = true, true
			}
			return err
		})
	case agent.RecountAsked:
		return then(e, func(f agent.Recount) error {
			c.count(f.Count).recounts = true
			b.reviews[f.Count] = true
			return nil
		})
	case agent.BookStated, agent.MovementsReceived:
		b.books = true
	case agent.CatalogImported, agent.CatalogChanged:
		b.all = true
	case agent.PersonSignedIn, agent.PersonSignedOut, agent.PersonChanged, agent.PersonRemoved:
		b.people = true
	case agent.AccessRevoked:
		return then(e, func(f agent.AccessFact) error { b.revoked = append(b.revoked, f.ID); return nil })
	default:
		return c.upload(b, e)
	}
	return nil
}

// upload collects what concerns the outbox.
func (c *collected) upload(b *batch, e agent.Event) error {
	switch e.Kind {
	case agent.AdjustmentApproved:
		b.outbox = true
		return then(e, func(f agent.AdjustmentFact) error {
			for _, a := range f.Adjustments {
				if c.approved == nil {
					c.approved = map[agent.CountID]bool{}
				}
				c.approved[a.Count] = true
			}
			return nil
		})
	case agent.DeliveryChanged:
		b.outbox = true
		return then(e, func(f agent.DeliveryFact) error {
			c.deliveries = append(c.deliveries, f.Adjustment)
			return nil
		})
	case agent.RequestPlanned:
		b.outbox = true
		return then(e, func(f agent.Request) error {
			c.requests = append(c.requests, f.ID)
			for _, line := range f.Lines {
				c.deliveries = append(c.deliveries, line.Adjustment)
			}
			return nil
		})
	case agent.RequestAttempted:
		return then(e, func(f agent.AttemptFact) error { c.requests = append(c.requests, f.Request); return nil })
	case agent.RequestOutcome:
		b.outbox, b.books = true, true
		return then(e, func(f agent.AnswerFact) error {
			c.requests = append(c.requests, f.Request)
			for _, change := range f.Changes {
				c.deliveries = append(c.deliveries, change.Adjustment)
			}
			return nil
		})
	}
	return nil
}

// then decodes an event's payload and does something with it.
func then[T any](e agent.Event, do func(T) error) error {
	payload, err := agent.Decode[T](e)
	if err != nil {
		return err
	}
	return do(payload)
}

// lag remembers that a page does not take what it gets. It is told nothing more
// until it has read what waits for it.
func (h *Hub) lag(p *page) {
	h.log.Warn("a page does not keep up", "access", p.access.ID)
	p.behind = time.Now()
}
