package live

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/stockhand/stockhand/agent"
)

// commandWait is how long a command may take. What it has stored by then stays.
const commandWait = 2 * time.Minute

// asides are the operations that change nothing here. They may take their time,
// so they do not hold up the commands behind them.
var asides = map[string]bool{
	"catalog.search": true, "count.scans": true, "count.list": true, "count.review": true,
	"count.left": true, "count.check": true, "count.loose": true, "place.choices": true, "count.choices": true,
	"count.export": true, "count.report": true, "count.metrics": true, "item.history": true,
	"plan.show": true, "plan.certificate": true, "upload.status": true, "upload.dry-run": true,
	"doctor.run": true, "doctor.state": true, "doctor.count": true,
}

// command accepts a command. Those that change something are carried out one by
// one, in the order in which the page sent them.
func (p *page) command(in incoming) (code int, reason string) {
	if _, err := ulid.ParseStrict(in.ID); err != nil || in.Op == "" || len(in.Op) > 64 {
		return closeBadMessage, "not a command"
	}
	if asides[in.Op] {
		select {
		case p.reads <- struct{}{}:
			p.hub.serving.Go(func() {
				p.answer(p.ctx, in)
				<-p.reads
			})
			return 0, ""
		default:
		}
	}
	select {
	case p.commands <- in:
	default:
		p.refuse(in.ID, &agent.Error{
			Code: "busy", Class: agent.Retry, What: "Too many commands wait already.",
			Means: "Nothing was changed.", Do: "Wait a few seconds.", After: 5 * time.Second,
		})
	}
	return 0, ""
}

// carryOut carries out commands in order. One that has begun is ended although
// its page goes away: the page will ask for the answer again.
func (p *page) carryOut() {
	for {
		select {
		case in := <-p.commands:
			p.answer(p.hub.ctx, in)
		case <-p.ctx.Done():
			return
		}
	}
}

// answer carries a command out and acknowledges it.
func (p *page) answer(ctx context.Context, in incoming) {
	ctx, cancel := context.WithTimeout(ctx, commandWait)
	defer cancel()
	if p.ends() {
		return // it asks again when it comes back, as whoever it is then
	}
	result, err := p.dispatch(ctx, in)
	if err != nil {
		e := agent.AsError(err)
		if e.Code == agent.CodeRevoked || e.Code == agent.CodeReplaced {
			p.leave(e.Code)
			return
		}
		p.hub.log.Info("a page's command failed", "code", e.Code, "op", in.Op, "access", p.access.ID, "error", e.Err)
		p.refuse(in.ID, e)
		return
	}
	data, err := json.Marshal(ack{T: "ack", ID: in.ID, OK: true, R: result})
	if err != nil {
		p.refuse(in.ID, agent.AsError(err))
		return
	}
	if !p.out.put(data, false) {
		p.end(closeSlow, "answers are not read")
	}
}

func (p *page) refuse(id string, e *agent.Error) { p.send(ack{T: "ack", ID: id, E: e}) }

func (p *page) dispatch(ctx context.Context, in incoming) (any, error) {
	if in.Op == "simulation.turn" && p.hub.options.Simulation != nil {
		return nil, p.turn(ctx, in.A)
	}
	return p.hub.options.Dispatch(ctx, p.caller, in.ID, in.Op, in.A)
}

// turn switches something of the simulation.
func (p *page) turn(ctx context.Context, args json.RawMessage) error {
	if err := p.caller.Require(agent.MayManage); err != nil {
		return err
	}
	var a struct {
		Name string `json:"name"`
		On   bool   `json:"on"`
	}
	decoder := json.NewDecoder(bytes.NewReader(args))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil {
		return &agent.Error{
			Code: "bad_arguments", Class: agent.Refuse, What: "The request can not be understood.",
			Means: "Nothing was changed.", Do: "Check the names and types of its fields.", Err: err,
		}
	}
	err := p.hub.options.Simulation.Turn(ctx, a.Name, a.On)
	p.hub.tell(p.hub.askWorld)
	return err
}
