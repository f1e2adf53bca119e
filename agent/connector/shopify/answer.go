package shopify

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// answer is a GraphQL answer that could be read.
type answer struct {
	data           json.RawMessage
	sent, received time.Time
}

type envelope struct {
	Data       json.RawMessage `json:"data"`
	Errors     json.RawMessage `json:"errors"`
	Extensions struct {
		Cost *cost `json:"cost"`
	} `json:"extensions"`
}

type graphError struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code           string `json:"code"`
		RequiredAccess string `json:"requiredAccess"`
	} `json:"extensions"`
}

// read takes an answer apart. Where there are errors both are returned: what the
// data says may go further than the errors do.
func (c *client) read(operation string, r reply) (answer, *fault) {
	a := answer{sent: r.sent, received: r.received}
	var e envelope
	if err := json.Unmarshal(r.body, &e); err != nil {
		return a, &fault{kind: unanswered, problem: nonsense("it is no JSON object of the expected form", err)}
	}
	c.budget.learn(operation, e.Extensions.Cost, c.clock.Now())
	if isNull(e.Errors) {
		if isNull(e.Data) {
			return a, &fault{kind: unanswered, problem: nonsense("it holds neither data nor an error", nil)}
		}
		a.data = e.Data
		return a, nil
	}
	a.data = e.Data
	var errs []graphError
	if err := json.Unmarshal(e.Errors, &errs); err != nil || len(errs) == 0 {
		return a, &fault{kind: unanswered, problem: nonsense("its errors have no known form", err)}
	}
	return a, c.judge(errs, e.Extensions.Cost)
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// into decodes the data for the generated client.
func (a answer) into(data any) error {
	if err := json.Unmarshal(a.data, data); err != nil {
		return &fault{kind: unanswered, problem: nonsense("its data has not the expected form", err)}
	}
	return nil
}

// rank orders the kinds by how far-reaching they are: the worst error of an
// answer decides.
var rank = []kind{unsent, busy, invalid, refused, unanswered}

// judge says what top-level errors mean.
func (c *client) judge(errs []graphError, spent *cost) *fault {
	var worst *fault
	for _, e := range errs {
		f := e.fault()
		if f.kind == busy {
			f.problem.After = spent.after()
		}
		if worst == nil || slices.Index(rank, f.kind) > slices.Index(rank, worst.kind) {
			worst = f
		}
	}
	return worst
}

// faulty are codes of requests that are wrong, beside those that GraphQL's own
// checks give, which are written in camel case.
var faulty = []string{
	"INVALID_FIELD_ARGUMENTS", "BAD_REQUEST", "INVALID_VARIABLE", "INVALID_CURSOR", "INVALID_SEARCH",
	"MAX_COST_EXCEEDED", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED",
}

func (e graphError) fault() *fault {
	code := e.Extensions.Code
	switch {
	case code == "THROTTLED":
		return busyFault(time.Second)
	case code == "ACCESS_DENIED" && len(e.Path) > 1:
		// The field itself was carried out; a part of its result was not shown.
		p := denied(clip(e.Extensions.RequiredAccess, 200))
		return &fault{kind: unanswered, problem: p}
	case code == "ACCESS_DENIED":
		return &fault{kind: refused, problem: denied(clip(e.Extensions.RequiredAccess, 200))}
	case slices.Contains(faulty, code) || code != "" && code[0] >= 'a' && code[0] <= 'z':
		return &fault{kind: invalid, problem: broken(clip(code, 60), clip(e.Message, 300)), tooDear: code == "MAX_COST_EXCEEDED"}
	}
	return &fault{kind: unanswered, problem: &agent.Error{
		Code: "shopify.failing", Class: agent.Retry, Err: fmt.Errorf("%s: %s", clip(code, 60), clip(e.Message, 300)),
		What:  "The shop reports an error of its own.",
		Means: inDoubt,
		Do:    "There is nothing to do: it is tried again in a way that can't do it twice.",
	}}
}

// cost is what the shop says a query cost.
type cost struct {
	Requested float64 `json:"requestedQueryCost"`
	Throttle  struct {
		Maximum   float64 `json:"maximumAvailable"`
		Available float64 `json:"currentlyAvailable"`
		Restore   float64 `json:"restoreRate"`
	} `json:"throttleStatus"`
}

// sound reports whether the figures can be reckoned with.
func (c *cost) sound() bool {
	if c == nil {
		return false
	}
	for _, n := range []float64{c.Requested, c.Throttle.Maximum, c.Throttle.Available, c.Throttle.Restore} {
		if n != n || math.Abs(n) > 1e9 {
			return false
		}
	}
	return c.Throttle.Restore > 0
}

// after is how long it takes until the query can be paid.
func (c *cost) after() time.Duration {
	if !c.sound() {
		return time.Second
	}
	return until(c.Requested, c.Throttle.Available, c.Throttle.Restore)
}

// until is the time in which points become as many as are needed.
func until(needed, available, rate float64) time.Duration {
	seconds := (needed - available) / rate
	return time.Duration(min(max(seconds, 0.1), maxAfter.Seconds()) * float64(time.Second))
}

// reserve are points that readings leave for a write.
const reserve = 50

// budget knows how many points there are to ask with.
type budget struct {
	last  cost
	at    time.Time
	costs map[string]float64 // by operation, as last requested
}

func (b *budget) learn(operation string, spent *cost, now time.Time) {
	if !spent.sound() {
		return
	}
	b.last, b.at = *spent, now
	b.costs[operation] = spent.Requested
}

// pause is how long a reading should wait so that it is not refused.
func (b *budget) pause(operation string, now time.Time) time.Duration {
	t := b.last.Throttle
	price, known := b.costs[operation]
	if !known || b.at.IsZero() {
		return 0
	}
	available := min(t.Maximum, t.Available+max(now.Sub(b.at).Seconds(), 0)*t.Restore)
	if needed := min(price+reserve, t.Maximum); needed > available {
		return until(needed, available, t.Restore)
	}
	return 0
}
