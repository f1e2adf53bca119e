package agent

import (
	"errors"
	"strings"
	"time"
)

// Class tells a program what to do about an Error.
type Class string

// The classes of errors.
const (
	Retry   Class = "retry"   // try again later, nothing else is needed
	Refuse  Class = "refuse"  // the request is not acceptable as it is
	Clash   Class = "clash"   // somebody else changed the same thing
	Missing Class = "missing" // what was asked for does not exist
	Fault   Class = "fault"   // our own mistake, or damage
)

// Error is an error that people see: on the page, on the command line and in the
// log under the same Code. What, Means and Do are whole sentences.
type Error struct {
	Code  string `json:"code"`
	Class Class  `json:"class"`
	What  string `json:"what"`            // what happened
	Means string `json:"means,omitempty"` // what it means
	Do    string `json:"do,omitempty"`    // what to do
	Err   error  `json:"-"`               // the cause, for the log

	// After is how long to wait before a Retry can succeed; 0 where not known.
	After time.Duration `json:"after,omitempty"`
}

// Error returns the sentences in order, and the cause if there is one.
func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, s := range []string{e.What, e.Means, e.Do} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	text := strings.Join(parts, " ")
	if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error with the same code, so that
// errors.Is(err, &Error{Code: "forbidden"}) works through wrapping.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// AsError returns the Error in err's chain. Any other error becomes a Fault with
// the code "internal", so that every failure can be shown.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{
		Code: "internal", Class: Fault,
		What:  "Something went wrong inside the agent.",
		Means: "The request was not carried out.",
		Do:    "Try again. If it happens again, look at the log.",
		Err:   err,
	}
}
