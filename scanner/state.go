package scanner

import (
	"errors"
	"fmt"
	"time"
)

// StateName is one of the six conditions a device can be in.
type StateName string

// The states.
const (
	Reading   StateName = "reading"
	Missing   StateName = "missing"
	NoRights  StateName = "no-rights"
	Busy      StateName = "busy"
	WrongMode StateName = "wrong-mode"
	Disabled  StateName = "disabled"
)

// State says how a device is doing, in words for the person who uses it.
type State struct {
	Device   string
	Name     StateName
	Since    time.Time
	Sentence string // what happened and what it means
	Remedy   string // what to do; empty if nothing needs doing
	Err      error  // the cause for the log; nil if there is none
	// Discarded is how many bytes arrived between the open and the state
	// reading. They were scanned while nobody listened.
	Discarded int
}

// Fault is an error of a driver that says which state the device is in.
type Fault struct {
	State    StateName
	Sentence string
	Remedy   string
	Err      error
}

// Error joins the sentence and the cause.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.Sentence
	}
	return f.Sentence + " (" + f.Err.Error() + ")"
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Gone is the fault of a scanner that is not there any more.
func Gone(err error) *Fault {
	return &Fault{
		State:    Missing,
		Sentence: "The scanner is not connected.",
		Remedy:   "Plug it in. It is found by itself.",
		Err:      err,
	}
}

// Elsewhere is the Fault of a scanner without a number of its own, of whose kind there
// is one in another socket: it could be that one or its neighbour.
func Elsewhere(socket, other string) *Fault {
	return &Fault{
		State:    Missing,
		Sentence: fmt.Sprintf("There is no scanner in the USB socket %s, but one of its kind is in socket %s. It has no number of its own, so it is known by its socket.", socket, other),
		Remedy:   fmt.Sprintf("Plug it back into its old socket. To keep it in the new one, remove it and pair it again there, or write socket = %q into its section of the configuration.", other),
	}
}

func stateOf(err error) State {
	var f *Fault
	if !errors.As(err, &f) {
		f = Gone(err)
	}
	return State{Name: f.State, Sentence: f.Sentence, Remedy: f.Remedy, Err: err}
}

func readingState(discarded int) State {
	s := State{Name: Reading, Sentence: "Ready to scan.", Discarded: discarded}
	if discarded > 0 {
		s.Sentence = fmt.Sprintf("Ready to scan. %d bytes that came before it was ready were thrown away.", discarded)
		s.Remedy = "Scan again whatever was scanned just now."
	}
	return s
}

// NoticeKind says what a notice is about.
type NoticeKind string

// The notices.
const (
	// CutOff: the connection ended in the middle of a scan. Count is bytes.
	CutOff NoticeKind = "cut-off"
	// InputLost: input was lost on the way. Count is chunks, 0 if unknown.
	InputLost NoticeKind = "input-lost"
	// Overlong: a scan does not end. Count is the bytes so far.
	Overlong NoticeKind = "overlong"
	// Behind: reads arrive faster than they are stored; the scanner is held
	// back and nothing is lost. Count is the chunks that wait.
	Behind NoticeKind = "behind"
	// Aside: something came that is no scan.
	Aside NoticeKind = "aside"
	// NoFeedback: the scanner does not accept the answer to its scan.
	NoFeedback NoticeKind = "no-feedback"
)

// Notice is something that happened to a device and that people should see.
type Notice struct {
	Device   string
	Kind     NoticeKind
	At       time.Time
	Count    int
	Sentence string // what happened and what to do
	Err      error  // the cause for the log; nil if there is none
}
