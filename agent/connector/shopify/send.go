package shopify

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/schema"
)

// Send implements agent.Connector. It makes one attempt with the stored bytes.
func (c *Connector) Send(ctx context.Context, request agent.Request) agent.Outcome {
	operation, key := described(request.Document.Body)
	switch {
	case operation == "" || key != request.Document.Key:
		return c.corrupt(request)
	case c.tooOld(request):
		return agent.Outcome{Class: agent.OutcomeUnknown, Problem: oldKey()}
	}
	if o, stop := c.otherVersion(ctx); stop {
		return o
	}
	a, f := c.client.exchange(ctx, operation, request.Document.Body)
	p, carried := payloadOf(a.data)
	switch {
	case carried:
		return c.outcome(ctx, attempt{request: request, payload: p, sent: a.sent})
	case f != nil:
		return c.failed(ctx, request, f)
	}
	return agent.Outcome{Class: agent.OutcomeUnknown, Problem: nonsense("it does not say what became of the request", nil)}
}

// described reads from a stored body which operation it holds and its key.
func described(body []byte) (operation, key string) {
	var stored struct {
		Operation string `json:"operationName"`
		Variables struct {
			Key string `json:"key"`
		} `json:"variables"`
	}
	if json.Unmarshal(body, &stored) != nil {
		return "", ""
	}
	if stored.Operation != "SetQuantities" && stored.Operation != "AdjustQuantities" {
		return "", ""
	}
	return stored.Operation, stored.Variables.Key
}

// fence is how long before the end of its life a key is no longer trusted.
const fence = 30 * time.Minute

// tooOld reports whether the shop may have forgotten the key of a request. One
// that was first sent in the future was sent before the clock was set.
func (c *Connector) tooOld(request agent.Request) bool {
	if request.FirstSent.IsZero() {
		return false
	}
	age := c.client.clock.Now().Sub(request.FirstSent)
	return age < 0 || age >= keyLife-fence
}

// otherVersion stops writing where the shop serves another version of its
// interface than the request was made for. Before the first writing it asks.
func (c *Connector) otherVersion(ctx context.Context) (agent.Outcome, bool) {
	if c.client.served == "" {
		if _, _, err := admin.Handshake(ctx, c.client); err != nil {
			p := agent.AsError(plain(err))
			return agent.Outcome{Class: agent.OutcomeLater, After: p.After, Problem: p, Pause: p.Class != agent.Retry}, true
		}
	}
	if served := c.client.served; served != "" && served != schema.Version {
		return agent.Outcome{Class: agent.OutcomeLater, Problem: otherVersion(served), Pause: true}, true
	}
	return agent.Outcome{}, false
}

// failed is the outcome of a request that brought no payload.
func (c *Connector) failed(ctx context.Context, request agent.Request, f *fault) agent.Outcome {
	p := f.problem
	switch f.kind {
	case unsent, busy:
		return agent.Outcome{Class: agent.OutcomeLater, After: p.After, Problem: p}
	case refused:
		return agent.Outcome{Class: agent.OutcomeLater, Problem: p, Pause: true}
	case invalid:
		if request.Attempts > 1 {
			return c.wrongAgain(ctx, request, p)
		}
		return c.wrong(request, p)
	}
	return agent.Outcome{Class: agent.OutcomeUnknown, After: p.After, Problem: p, Pause: p.Class != agent.Retry}
}

// wrong ends a request that the shop calls wrong: it was not carried out.
func (c *Connector) wrong(request agent.Request, p *agent.Error) agent.Outcome {
	c.log.Error("the shop calls a request wrong", "request", string(request.ID), "problem", p.Code, "cause", p.Err, "body", clip(string(request.Document.Body), 2000))
	return agent.Outcome{Class: agent.OutcomeRejected, Problem: p, Pause: true}
}

// wrongAgain judges a repeat that is called wrong before its key was looked at: that
// says nothing of the attempts before, so the shop's numbers must.
func (c *Connector) wrongAgain(ctx context.Context, request agent.Request, p *agent.Error) agent.Outcome {
	switch found := c.Find(ctx, request); found.Class {
	case agent.OutcomeRepeated:
		return found
	case agent.OutcomeLater:
		return c.wrong(request, p)
	}
	told := *p
	told.Means = "Whether an earlier attempt was carried out is not known, so nothing else is done with it."
	return agent.Outcome{Class: agent.OutcomeUnknown, Problem: &told, Pause: true}
}

// payload is what a mutation says became of it.
type payload struct {
	Group  *admin.Group `json:"inventoryAdjustmentGroup"`
	Errors []userError  `json:"userErrors"`
}

type userError struct {
	Code    string   `json:"code"`
	Field   []string `json:"field"`
	Message string   `json:"message"`
}

// payloadOf finds the payload in an answer's data. carried is false where there is
// none that says anything.
func payloadOf(data json.RawMessage) (p payload, carried bool) {
	var fields struct {
		Set    *payload `json:"inventorySetQuantities"`
		Adjust *payload `json:"inventoryAdjustQuantities"`
	}
	if isNull(data) || json.Unmarshal(data, &fields) != nil {
		return p, false
	}
	found := fields.Set
	if found == nil {
		found = fields.Adjust
	}
	if found == nil || found.Errors == nil || found.Group != nil && found.Group.Id == "" {
		return p, false
	}
	return *found, true
}

// attempt is one attempt that was answered with a payload.
type attempt struct {
	request agent.Request
	payload payload
	sent    time.Time
}

// outcome judges a payload.
func (c *Connector) outcome(ctx context.Context, a attempt) agent.Outcome {
	switch {
	case a.payload.Group != nil:
		return c.applied(a)
	case len(a.payload.Errors) == 0:
		return c.withoutReceipt(ctx, a)
	}
	return c.refusedLines(a)
}

// applied tells a first result from a stored one by the receipt's time, and looks
// at each line where the receipt does not say that it was done.
func (c *Connector) applied(a attempt) agent.Outcome {
	group := a.payload.Group
	o := agent.Outcome{Class: agent.OutcomeApplied, Ref: group.Id}
	earliest, latest := c.client.upstream(a.sent)
	if middle := earliest.Add(latest.Sub(earliest) / 2); !group.CreatedAt.Add(tick).After(middle) {
		o.Class = agent.OutcomeRepeated
	}
	changed := make(map[string]int64)
	for _, ch := range group.Changes {
		if ch.Name == "on_hand" && ch.Item != nil {
			changed[ch.Item.Id] += int64(ch.Delta)
		}
	}
	partly := len(a.payload.Errors) > 0
	for i, l := range a.request.Lines {
		by, said := changed[string(l.Item)]
		if said && by != l.Delta || partly && !said {
			o.Lines = append(o.Lines, agent.LineOutcome{Index: i, Problem: otherChange(l, by, said)})
		}
	}
	return o
}

// withoutReceipt judges a success that changed nothing, by looking.
func (c *Connector) withoutReceipt(ctx context.Context, a attempt) agent.Outcome {
	found := c.Find(ctx, a.request)
	if found.Class == agent.OutcomeRepeated {
		found.Class = agent.OutcomeApplied
		return found
	}
	return agent.Outcome{Class: agent.OutcomeUnknown, Problem: nonsense("it calls the request done and shows no change", nil)}
}

// lineOf returns the line that a user error is about, -1 where it names none.
func lineOf(field []string, lines int) int {
	i := slices.IndexFunc(field, func(s string) bool { return s == "quantities" || s == "changes" })
	if i < 0 || i+1 >= len(field) {
		return -1
	}
	n, err := strconv.Atoi(field[i+1])
	if err != nil || n < 0 || n >= lines {
		return -1
	}
	return n
}
