package shopify

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// verdict is what a user error means for the request.
type verdict int

// The verdicts, the most far-reaching first: of several errors that one decides.
const (
	mismatched   verdict = iota // the stored bytes are not those that were sent first
	mistaken                    // our mistake
	placeGone                   // the location can't be written
	running                     // another attempt is under way, or the shop failed
	failedBefore                // an earlier attempt failed; the key is used up
	badLine                     // the line can't be written
	stale                       // the quantity moved
)

// verdicts are those of the codes that are known. Codes come and go between
// versions of the interface; an unknown one is taken for a line that can't be
// written, or for a mistake where it names no line.
var verdicts = map[string]verdict{
	"IDEMPOTENCY_KEY_PARAMETER_MISMATCH":  mismatched,
	"IDEMPOTENCY_CONCURRENT_REQUEST":      running,
	"SERVICE_UNAVAILABLE":                 running,
	"ADJUST_QUANTITIES_FAILED":            running,
	"INTERNAL_SERVER_ERROR":               running,
	"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": failedBefore,
	"CHANGE_FROM_QUANTITY_STALE":          stale,
	"COMPARE_QUANTITY_STALE":              stale,
	"INVALID_LOCATION":                    placeGone,
	"INVALID_INVENTORY_ITEM":              badLine,
	"NON_MUTABLE_INVENTORY_ITEM":          badLine,
	"INVALID_QUANTITY_NEGATIVE":           badLine,
	"INVALID_QUANTITY_TOO_HIGH":           badLine,
	"INVALID_QUANTITY_TOO_LOW":            badLine,
	"INVALID_REASON":                      mistaken,
	"INVALID_NAME":                        mistaken,
	"INVALID_QUANTITY_NAME":               mistaken,
	"INVALID_REFERENCE_DOCUMENT":          mistaken,
	"INVALID_AVAILABLE_DOCUMENT":          mistaken,
	"INVALID_QUANTITY_DOCUMENT":           mistaken,
	"INVALID_LEDGER_DOCUMENT":             mistaken,
	"INTERNAL_LEDGER_DOCUMENT":            mistaken,
	"MAX_ONE_LEDGER_DOCUMENT":             mistaken,
	"COMPARE_QUANTITY_REQUIRED":           mistaken,

	"NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR": mistaken,
}

func (e userError) verdict(line int) verdict {
	if v, known := verdicts[e.Code]; known {
		return v
	}
	if line >= 0 {
		return badLine
	}
	return mistaken
}

// refusedLines judges a request that ended in user errors: it was not carried out,
// and its key is used up unless the shop says that it is still at work.
//
// A stale quantity and an attempt that failed before are planned afresh, not looked
// up: while the key lives the shop itself vouches that nothing was done, and the
// plan reads what moved.
func (c *Connector) refusedLines(a attempt) agent.Outcome {
	lines := len(a.request.Lines)
	worst, first := stale, userError{}
	for _, e := range a.payload.Errors {
		if v := e.verdict(lineOf(e.Field, lines)); first.Code == "" && first.Message == "" || v < worst {
			worst, first = v, e
		}
	}
	switch worst {
	case mismatched:
		return c.corrupt(a.request)
	case mistaken:
		return c.wrong(a.request, broken(clip(first.Code, 60), clip(first.Message, 300)))
	case placeGone:
		return agent.Outcome{Class: agent.OutcomeRejected, Problem: noPlace(a.request.Location), Pause: true}
	case running:
		return agent.Outcome{Class: agent.OutcomeLater, Problem: stillRunning(first)}
	case failedBefore:
		return agent.Outcome{Class: agent.OutcomeConflict, Problem: failedEarlier()}
	case badLine:
		return agent.Outcome{Class: agent.OutcomeRejected, Lines: a.lines(badLine), Problem: a.lines(badLine)[0].Problem}
	}
	return agent.Outcome{Class: agent.OutcomeConflict, Lines: a.lines(stale), Problem: moved(agent.Planned{})}
}

// lines are the lines that errors of a verdict name. It is empty if one of them
// names none: it concerns all then.
func (a attempt) lines(of verdict) []agent.LineOutcome {
	var named []agent.LineOutcome
	seen := make(map[int]bool)
	for _, e := range a.payload.Errors {
		i := lineOf(e.Field, len(a.request.Lines))
		switch {
		case e.verdict(i) != of:
			continue
		case i < 0 && of == stale:
			return nil
		case i < 0:
			return everyLine(a.request, notWritable(e))
		case seen[i]:
			continue
		}
		seen[i] = true
		problem := notWritable(e)
		if of == stale {
			problem = moved(a.request.Lines[i])
		}
		named = append(named, agent.LineOutcome{Index: i, Problem: problem})
	}
	return named
}

func everyLine(request agent.Request, problem *agent.Error) []agent.LineOutcome {
	lines := make([]agent.LineOutcome, len(request.Lines))
	for i := range request.Lines {
		lines[i] = agent.LineOutcome{Index: i, Problem: problem}
	}
	return lines
}

// corrupt ends a request whose bytes are not what was stored: nothing of it is
// done by itself any more.
func (c *Connector) corrupt(request agent.Request) agent.Outcome {
	c.log.Error("a stored request does not match its key", "request", string(request.ID))
	p := &agent.Error{
		Code: "shopify.corrupt", Class: agent.Fault,
		What:  "The stored request is not the one that belongs to its key.",
		Means: "The agent's data may be damaged. The request is not sent; whether an earlier attempt was carried out is not known.",
		Do:    "Stop, run \"stockhand verify\", and look at the items' history in the shop before you decide about each line.",
	}
	return agent.Outcome{Class: agent.OutcomeRejected, Lines: everyLine(request, p), Problem: p, Pause: true}
}

func notWritable(e userError) *agent.Error {
	p := &agent.Error{
		Code: "shopify.line", Class: agent.Refuse, Err: fmt.Errorf("%s: %s", clip(e.Code, 60), clip(e.Message, 300)),
		What:  "The shop refuses this line: " + clip(e.Message, 200),
		Means: "The adjustment was not sent.", Do: "Look at the item in the shop, then use the count or recount the item.",
	}
	switch e.Code {
	case "INVALID_INVENTORY_ITEM":
		p.What = "The shop does not know this item any more."
		p.Do = "Read the catalogue from the shop again. If the item was made anew there, recount it."
	case "NON_MUTABLE_INVENTORY_ITEM":
		p.What = "The item is a bundle: its quantity follows from its parts."
		p.Do = "Count the parts instead."
	case "INVALID_QUANTITY_NEGATIVE", "INVALID_QUANTITY_TOO_LOW":
		p.What = "The shop refuses the quantity because it is too low."
		p.Do = "Recount the item."
	case "INVALID_QUANTITY_TOO_HIGH":
		p.What = "The shop refuses the quantity because it is too high."
		p.Do = "Recount the item: a barcode may have been typed as a quantity."
	}
	return p
}

func moved(l agent.Planned) *agent.Error {
	what := "A quantity moved in the shop just before it was to be changed."
	if l.Item != "" {
		what = fmt.Sprintf("The quantity was %d when it was read, and moved just before it was to become %d.", l.Observed.OnHand, l.Target)
	}
	return &agent.Error{
		Code: "shopify.stale", Class: agent.Clash, What: what,
		Means: "Nothing was changed.", Do: "There is nothing to do: it is read and planned again.",
	}
}

func failedEarlier() *agent.Error {
	return &agent.Error{
		Code: "shopify.failed-before", Class: agent.Clash,
		What:  "The shop says that an earlier attempt of this request failed.",
		Means: "Nothing was changed.", Do: "There is nothing to do: it is read and planned again.",
	}
}

func stillRunning(e userError) *agent.Error {
	return &agent.Error{
		Code: "shopify.running", Class: agent.Retry, Err: fmt.Errorf("%s: %s", clip(e.Code, 60), clip(e.Message, 300)),
		What:  "The shop is still at work on this request, or could not finish it.",
		Means: "It is not known yet what became of it.",
		Do:    "There is nothing to do: it is asked again in a way that can't do it twice.",
	}
}

func noPlace(l agent.LocationID) *agent.Error {
	return person("shopify.location", fmt.Sprintf("The shop does not know the location %q any more, or it is closed.", l),
		"Open the location again in the shop's admin, or choose another one, then continue.", nil)
}

func oldKey() *agent.Error {
	return &agent.Error{
		Code: "shopify.old-key", Class: agent.Clash,
		What:  "The request is older than the shop remembers requests.",
		Means: "It was not sent again, because it might be done twice.",
		Do:    "There is nothing to do: it is looked up first.",
	}
}

func otherVersion(served string) *agent.Error {
	return person("shopify.version", "The shop answers in version "+clip(served, 20)+" of its interface, which this agent does not know.",
		"Update the agent. Reading goes on meanwhile.", nil)
}

func otherChange(l agent.Planned, by int64, said bool) *agent.Error {
	p := &agent.Error{
		Code: "shopify.other-change", Class: agent.Clash,
		What:  fmt.Sprintf("The shop says that it changed the quantity by %+d; asked for was %+d.", by, l.Delta),
		Means: "The quantity in the shop may be wrong now.",
		Do:    "Look at the item in the shop and recount it.",
	}
	if !said {
		p.What = fmt.Sprintf("The shop carried out a part of the request and does not say that this change of %+d was in it.", l.Delta)
	}
	return p
}
