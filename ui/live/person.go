package live

import (
	"time"

	"github.com/stockhand/stockhand/agent"
)

// answerWait is how long an answer has to get out before its page is closed.
const answerWait = 250 * time.Millisecond

// person is who uses a page, as the page is told.
type person struct {
	ID   agent.PersonID `json:"id"`
	Name string         `json:"name"`
}

func (p *page) person() *person {
	if p.who == nil {
		return nil
	}
	return &person{p.who.Person.ID, p.who.Person.Name}
}

// replaced finds the pages that somebody else uses than when they said hello. What
// they may see and do follows from that, so they say it again.
func (h *Hub) replaced(v agent.View, b *batch) error {
	if !b.people {
		return nil
	}
	for p := range h.pages {
		now, err := agent.WorkingAt(v, p.access.ID)
		if err != nil {
			return err
		}
		if !p.who.Same(now) {
			b.replaced = append(b.replaced, p)
		}
	}
	return nil
}

// leave closes a page that is not any more what it was when it said hello: nothing is
// done for it, and what it asked for last has no answer.
func (p *page) leave(code string) {
	if code == agent.CodeRevoked {
		p.end(closeRevoked, "revoked")
		return
	}
	p.hub.tell(func() { p.hub.replace(p) })
}

// replace ends a page that somebody else uses now. It is told nothing more, but the
// answer to whoever has just signed in is on its way, and comes first.
func (h *Hub) replace(p *page) {
	h.drop(p)
	h.serving.Go(func() {
		select {
		case <-time.After(answerWait):
		case <-p.ctx.Done():
		}
		p.end(closePerson, "somebody else")
	})
}
