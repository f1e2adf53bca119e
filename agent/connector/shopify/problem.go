package shopify

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// kind says what is known about a request that brought nothing.
type kind int

const (
	// unsent: it certainly was not carried out, and the same may be sent again.
	unsent kind = iota
	// unanswered: it may have been carried out.
	unanswered
	// busy: the shop asks to come later.
	busy
	// refused: it was not carried out, and no request is before a person acts.
	refused
	// invalid: it was not carried out and never will be; it is wrong.
	invalid
)

// fault is why a request brought nothing.
type fault struct {
	kind    kind
	problem *agent.Error
	// tooDear is true where the query asked for more than one query may.
	tooDear bool
}

func (f *fault) Error() string { return f.problem.Error() }
func (f *fault) Unwrap() error { return f.problem }

// isInvalid reports whether the shop called a query wrong, as it does with a field
// that it does not have.
func isInvalid(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.kind == invalid
}

func busyFault(after time.Duration) *fault {
	return &fault{kind: busy, problem: &agent.Error{
		Code: "shopify.busy", Class: agent.Retry, After: after,
		What:  "The shop asks to come later: it is asked more than it answers at a time.",
		Means: "Nothing is lost.", Do: "There is nothing to do: it is tried again by itself.",
	}}
}

func unreachable(err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.unreachable", Class: agent.Retry, Err: err,
		What:  "The shop can't be reached.",
		Means: "Counting goes on. What is to be sent waits on this machine.",
		Do:    "Check the internet connection if this lasts. It is tried again by itself.",
	}
}

func unsafe(err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.certificate", Class: agent.Retry, Err: err,
		What:  "The connection to the shop is not safe: the certificate does not prove that it is the shop.",
		Means: "Nothing was sent. A network that asks to sign in, a filter, or a wrong clock of this machine does that.",
		Do:    "Open a web page in the browser to see whether the network asks to sign in, and check this machine's date.",
	}
}

// inDoubt is what it means where a request brought no answer that can be believed.
const inDoubt = "It is not known yet what became of the request."

func noAnswer(err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.no-answer", Class: agent.Retry, Err: err,
		What:  "No complete answer came from the shop.",
		Means: inDoubt,
		Do:    "There is nothing to do: it is tried again in a way that can't do it twice.",
	}
}

func nonsense(what string, err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.nonsense", Class: agent.Retry, Err: err,
		What:  "The shop's answer can't be understood: " + what + ".",
		Means: "It was not believed. Something between here and the shop may have changed it.",
		Do:    "There is nothing to do at first: it is tried again by itself. If it lasts, look at the log.",
	}
}

func portal(status int) *agent.Error {
	return &agent.Error{
		Code: "shopify.portal", Class: agent.Retry, Err: fmt.Errorf("HTTP %d", status),
		What:  "A web page came in the place of the shop's answer.",
		Means: "A network that asks to sign in, a filter, or a fault at the shop does that.",
		Do:    "Open a web page in the browser to see whether the network asks to sign in. It is tried again by itself.",
	}
}

func misled(status int, host string) *agent.Error {
	return &agent.Error{
		Code: "shopify.moved", Class: agent.Retry, Err: fmt.Errorf("HTTP %d", status),
		What:  fmt.Sprintf("The shop's address leads to another one: %q.", host),
		Means: "It was not followed, and the token was not sent there.",
		Do:    "If the shop has another name now, run: stockhand setup --shop NAME. Otherwise open a web page in the browser to see whether the network asks to sign in. It is tried again by itself.",
	}
}

func failing(status int, after time.Duration) *agent.Error {
	return &agent.Error{
		Code: "shopify.failing", Class: agent.Retry, After: after, Err: fmt.Errorf("HTTP %d", status),
		What:  "The shop's server failed.",
		Means: inDoubt,
		Do:    "There is nothing to do: it is tried again in a way that can't do it twice.",
	}
}

// person is a problem that stops everything until a person acts.
func person(code, what, do string, err error) *agent.Error {
	return &agent.Error{
		Code: code, Class: agent.Refuse, Err: err,
		What: what, Means: "Nothing is read or sent before that is put right. Nothing is lost.", Do: do,
	}
}

func badCredentials(status int) *agent.Error {
	return person("shopify.credentials", "The shop refuses the app's client id and secret.",
		"Check both in the app's settings, and that the app is installed in this shop.", fmt.Errorf("HTTP %d", status))
}

// refusals are the answers that a person must do something about.
var refusals = map[int]struct{ code, what, do string }{
	http.StatusUnauthorized:    {"shopify.token", "The shop refuses our access token.", "Make a new token for the app, or install the app again, and store it."},
	http.StatusPaymentRequired: {"shopify.frozen", "The shop is frozen because a bill is not paid.", "Pay the bill in the shop's admin, then continue."},
	http.StatusForbidden:       {"shopify.forbidden", "The shop, or a filter on the way to it, forbids the access.", "Check that the app is installed, and that the network lets it reach the shop."},
	http.StatusNotFound:        {"shopify.not-found", "There is no such shop, or it does not know this version of the interface.", "Check the shop's name in the configuration, then update the agent."},
	http.StatusLocked:          {"shopify.locked", "The shop is locked.", "Ask Shopify's support to unlock the shop, then continue."},
}

// broken is a request that the shop calls wrong: a mistake of ours, or a version
// that changed under us.
func broken(code, message string) *agent.Error {
	return &agent.Error{
		Code: "shopify.request", Class: agent.Fault, Err: fmt.Errorf("%s: %s", code, message),
		What:  "The shop does not understand a request of the agent.",
		Means: "Nothing was changed. It would not help to send it again.",
		Do:    "Update the agent. If it is the newest, report this with the log.",
	}
}

func denied(scope string) *agent.Error {
	what := "The app may not do that in the shop."
	if scope != "" {
		what = "The app lacks a permission in the shop: " + scope + "."
	}
	return person("shopify.scope", what, "Give the app this permission in the shop's admin, then continue.", nil)
}
