package live

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/stockhand/stockhand/agent"
)

// What Options.Admit answers where nobody is let in.
var (
	ErrNotAdmitted = errors.New("the secret or token is not valid")
	ErrTooMany     = errors.New("too many wrong secrets were tried")
)

// admit lets a page in, or says with which code it is closed.
func (h *Hub) admit(p *page, hello incoming) (code int, reason string) {
	switch {
	case hello.T != "hello":
		return closeStranger, "hello must come first"
	case hello.V != 1:
		return closeVersion, "this agent speaks version 1"
	}
	who, err := h.options.Admit(p.ctx, hello.Secret, hello.Token)
	switch {
	case errors.Is(err, ErrNotAdmitted):
		return closeStranger, "not valid"
	case errors.Is(err, ErrTooMany):
		return closeRate, `{"retry_after":60}`
	case err != nil:
		h.log.Error("a page could not be let in", "code", agent.AsError(err).Code, "error", err)
		return websocket.CloseInternalServerErr, "try again"
	}
	p.access, p.who, p.caller = who.Access, who.Who, agent.CallerOf(who.Access, who.Who)
	if topic := p.forbidden(hello.Topics); topic != "" {
		return closeForbidden, "topic"
	}
	if !h.welcome(p) {
		return closeTooMany, "too many pages"
	}
	type verdict struct {
		code   int
		reason string
	}
	joined := make(chan verdict, 1)
	if !h.ask(func() {
		code, reason := h.join(p, hello, who.Token)
		joined <- verdict{code, reason}
	}) {
		return websocket.CloseGoingAway, "" // the agent ends
	}
	v := <-joined
	return v.code, v.reason
}

// welcome counts a page that has said hello, unless there are too many.
func (h *Hub) welcome(p *page) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, same := 0, 0
	for other := range h.open {
		if other.known {
			all++
			if other.access.ID == p.access.ID {
				same++
			}
		}
	}
	if all >= maxPages || same >= maxPerAccess {
		return false
	}
	p.known = true
	h.strangers--
	return true
}

// join tells a page where it stands and what it missed.
func (h *Hub) join(p *page, hello incoming, token string) (code int, reason string) {
	staffed, code, reason := h.stillIs(p)
	if code != 0 {
		return code, reason
	}
	h.advance(h.ctx) // it is welcomed at the newest place
	h.pages[p] = true
	w := welcome{
		T: "welcome", Role: p.caller.Role, Name: p.access.Name, Person: p.person(), People: staffed, Access: p.access.ID, Token: token, Epoch: h.epoch, Seq: h.pos,
		Now: h.options.Clock.Now().UTC(), Mode: "snap", Simulation: h.world.title(h.options.Simulation),
	}
	resumes := hello.Resume != nil && hello.Resume.Epoch == h.epoch &&
		hello.Resume.Seq <= h.pos && h.pos-hello.Resume.Seq <= resumeLimit
	if resumes {
		w.Mode = "delta"
	}
	p.send(w)
	p.at = h.pos
	topics := hello.Topics
	if resumes {
		topics = h.resume(p.ctx, p, topics, hello.Resume.Seq)
	}
	for _, topic := range topics {
		h.add(p, topic)
	}
	h.snapshots(p.ctx, p, topics)
	return 0, ""
}

// stillIs looks whether a page's access was taken away, or is used by somebody else,
// since it was shown, and whether there is anybody who could sign in.
func (h *Hub) stillIs(p *page) (staffed bool, code int, reason string) {
	gone, other := false, false
	err := h.options.Store.Read(p.ctx, func(v agent.View) error {
		access, found, err := v.AccessByHash(p.access.Hash)
		if err != nil {
			return err
		}
		people, err := v.People()
		if err != nil {
			return err
		}
		staffed = len(people) > 0
		now, err := agent.WorkingAt(v, p.access.ID)
		gone, other = !found || access.ID != p.access.ID, !p.who.Same(now)
		return err
	})
	switch {
	case err != nil:
		return staffed, websocket.CloseInternalServerErr, "try again"
	case gone:
		return staffed, closeRevoked, "revoked"
	case other:
		return staffed, closePerson, "somebody else"
	}
	return staffed, 0, ""
}

// resume tells a page from the log what it missed, and returns the topics that
// need a snapshot because the log does not hold what they tell.
func (h *Hub) resume(ctx context.Context, p *page, topics []string, from agent.Seq) (rest []string) {
	wanted := map[string]bool{}
	for _, topic := range topics {
		if strings.HasPrefix(topic, "count/") {
			wanted[topic] = true
		} else {
			rest = append(rest, topic)
		}
	}
	err := h.options.Store.Read(ctx, func(v agent.View) error {
		for at := from; at < h.pos; {
			b, err := h.batch(v, at, h.pos, func(topic string) bool { return wanted[topic] })
			if err != nil {
				return err
			}
			if b.all || !p.give(b, wanted) {
				return errStartAnew
			}
			at = b.to
		}
		return nil
	})
	if err != nil {
		p.at = from
		return topics
	}
	for topic := range wanted {
		h.add(p, topic)
	}
	return rest
}

// errStartAnew tells that a page is better served by snapshots.
var errStartAnew = errors.New("start anew")

// names returns the page's topics in a fixed order.
func (p *page) names() []string { return slices.Sorted(maps.Keys(p.topics)) }

// forbidden returns the first topic that the page's role does not include.
func (p *page) forbidden(topics []string) string {
	for _, topic := range topics {
		if !p.maySee(topic) {
			return topic
		}
	}
	return ""
}

// maySee is the one place that says which role sees which topic. Review and
// upload tell what is expected, which a counter must not know.
func (p *page) maySee(topic string) bool {
	name, of, split := strings.Cut(topic, "/")
	switch {
	case len(topic) > 100 || split && of == "":
		return false
	case topic == "counts", topic == "devices", topic == "simulation", name == "count" && split:
		return p.caller.May(agent.MayCount)
	case topic == "upload", topic == "pairing", name == "review" && split:
		return p.caller.May(agent.MayManage)
	}
	return false
}

// subscribe gives a page more topics.
func (h *Hub) subscribe(p *page, topics []string) (code int, reason string) {
	if topic := p.forbidden(topics); topic != "" {
		h.log.Warn("a topic was refused", "access", p.access.ID, "role", p.access.Role)
		return closeForbidden, "topic"
	}
	h.ask(func() {
		if len(p.topics)+len(topics) > maxTopics {
			code, reason = closeBadMessage, "too many topics"
			return
		}
		h.advance(h.ctx)
		for _, topic := range topics {
			h.add(p, topic)
		}
		if p.behind.IsZero() { // otherwise it gets them all when it has caught up
			h.snapshots(p.ctx, p, topics)
		}
	})
	return code, reason
}

func (h *Hub) unsubscribe(p *page, topics []string) {
	h.ask(func() {
		for _, topic := range topics {
			h.forget(p, topic)
		}
	})
}

func (h *Hub) add(p *page, topic string) {
	p.topics[topic] = true
	if h.topics[topic] == nil {
		h.topics[topic] = map[*page]bool{}
	}
	h.topics[topic][p] = true
}

func (h *Hub) forget(p *page, topic string) {
	delete(p.topics, topic)
	delete(h.topics[topic], p)
	if len(h.topics[topic]) > 0 {
		return
	}
	delete(h.topics, topic)
	switch name, of, _ := strings.Cut(topic, "/"); name {
	case "count":
		delete(h.unknown, agent.CountID(of))
		delete(h.strays, agent.CountID(of))
	case "devices":
		clear(h.devices)
		clear(h.listed)
	}
}

// followed reports whether anybody looks at a topic.
func (h *Hub) followed(topic string) bool { return len(h.topics[topic]) > 0 }

// snapshots sends the present of topics to a page.
func (h *Hub) snapshots(ctx context.Context, p *page, topics []string) {
	err := h.options.Store.Read(ctx, func(v agent.View) error {
		for _, topic := range topics {
			if err := h.snapshot(v, p, topic); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.log.Error("a snapshot could not be made", "code", agent.AsError(err).Code, "error", err)
		p.end(websocket.CloseInternalServerErr, "try again")
	}
}

// snapshot sends the present of one topic, or asks for it where that takes time.
func (h *Hub) snapshot(v agent.View, p *page, topic string) error {
	name, of, _ := strings.Cut(topic, "/")
	var s *snapshot
	var err error
	switch name {
	case "counts":
		s, err = h.snapCounts(v, p)
	case "count":
		s, err = h.snapCount(v, p, agent.CountID(of))
	case "upload":
		s, err = h.snapUpload(v)
	case "devices":
		s, err = h.snapDevices(v)
	case "pairing":
		s = h.snapPairing()
	case "review":
		h.wantReview(p, agent.CountID(of))
	case "simulation":
		h.wantWorld(p)
	}
	if err == nil && s != nil {
		s.send(p, topic)
	}
	return err
}

// snapshot is the present of a topic: values, and lists that may be long.
type snapshot struct {
	values map[string]any
	lists  []rows
}

type rows struct {
	name string
	rows []json.RawMessage
}

func (s *snapshot) list(name string, list []json.RawMessage) {
	s.lists = append(s.lists, rows{name, list})
}

// send sends a snapshot in frames of a bounded size: the page joins the lists.
func (s *snapshot) send(p *page, topic string) {
	data := map[string]json.RawMessage{}
	size := 0
	for name, value := range s.values {
		data[name] = encode(value)
		size += len(data[name])
	}
	part := map[string][]json.RawMessage{}
	flush := func(last bool) {
		for name, list := range part {
			data[name] = encode(list)
		}
		p.send(snap{T: "snap", Topic: topic, Seq: p.at, Last: last, Data: data})
		data, part, size = map[string]json.RawMessage{}, map[string][]json.RawMessage{}, 0
	}
	for _, list := range s.lists {
		part[list.name] = []json.RawMessage{} // an empty list is told too
		for _, row := range list.rows {
			if size > chunkBytes {
				flush(false)
			}
			part[list.name] = append(part[list.name], row)
			size += len(row)
		}
	}
	flush(true)
}
