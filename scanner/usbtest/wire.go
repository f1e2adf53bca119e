package usbtest

import (
	"encoding/json"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// The virtual serial ports between the host and the guest, one a program.
const (
	PlayerPort = "player" // plays the scanners that the guest makes itself
	AgentPort  = "agent"  // reads scanners
	SecondPort = "second" // reads scanners too
	UserPort   = "user"   // reads scanners with the rights of the service: no superuser
)

// Command is one line from the host: what a program in the guest is to do.
type Command struct {
	ID   int             `json:"id"`
	Do   string          `json:"do"`
	Args json.RawMessage `json:"args,omitempty"`
}

// Line is one line from the guest: the answer to a command, or something that
// happened by itself.
type Line struct {
	// At is the guest's own clock, since its start. Both programs have the same.
	At      time.Duration `json:"at"`
	Answer  *Answer       `json:"answer,omitempty"`
	Read    *scanner.Read `json:"read,omitempty"`
	State   *State        `json:"state,omitempty"`
	Notice  *Notice       `json:"notice,omitempty"`
	Hearing *Hearing      `json:"hearing,omitempty"`
	Output  *Output       `json:"output,omitempty"`
	Uevent  *Uevent       `json:"uevent,omitempty"`
	// Fatal says why the guest is of no use any more.
	Fatal string `json:"fatal,omitempty"`
}

// Answer is what became of a command.
type Answer struct {
	ID     int             `json:"id"`
	Error  string          `json:"error,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

// State is a scanner.State as it can be sent: an error as its text.
type State struct {
	Device    string
	Name      scanner.StateName
	Sentence  string
	Remedy    string
	Cause     string
	Discarded int
}

// Notice is a scanner.Notice as it can be sent.
type Notice struct {
	Device   string
	Kind     scanner.NoticeKind
	Count    int
	Sentence string
	Cause    string
}

// Output is a report or some bytes that the guest's kernel sent to a scanner.
type Output struct {
	From  string // the part of the scanner that got it
	Bytes []byte
}

// Uevent is what the kernel says when something is plugged in or out.
type Uevent struct {
	Action, Subsystem, Path string
}

// Candidate is a scanner.Candidate as it can be sent.
type Candidate struct {
	ID, Driver, Name, Physical string
	Settings                   map[string]any
	Likely, Unnumbered         bool
	Fault                      string
}

// Hearing is a scanner.Hearing as it can be sent.
type Hearing struct {
	Candidate string
	Meanings  []string
	Lost      bool
}

// Leaks is what a supervisor left behind after it ended: nothing, if all is
// well.
type Leaks struct {
	Goroutines []string // their stacks
	Files      []string // what the descriptors stand for
}

// Gadget is a USB device that the guest's kernel plays and at the same time
// sees, over the loopback controller dummy_hcd. Without parts it is no USB device
// but a HID POS scanner made by uhid.
type Gadget struct {
	Name            string
	Vendor, Product uint16
	Serial          string // empty for a device without one
	Title           string
	Parts           []Part
}

// Part is one interface of a gadget.
type Part string

// The parts.
const (
	ACM      Part = "acm"      // a serial port, CDC-ACM
	Keyboard Part = "keyboard" // a boot keyboard
	HIDPOS   Part = "hidpos"   // a bar code scanner of the HID usage page 0x8C
)

// Plug says which gadget goes into which USB socket.
type Plug struct {
	Name   string
	Socket int
}

// Sending is a command for one part of a gadget or for a uhid scanner: what the
// scanner sends. Chunks are written one after the other: bytes of a serial port,
// reports of a HID device.
type Sending struct {
	Name   string
	Part   Part
	Chunks [][]byte
}
