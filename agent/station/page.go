package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// pageSlack is how exactly a page knows when something was done in it.
	pageSlack = 250 * time.Millisecond
	// pageDrift is by how much a page's clock may be ahead.
	pageDrift = 2 * time.Second
	// pageRate is the part of what it measures by which a page's clock may be wrong.
	pageRate = 2_000
	// longestHeld is how long a page keeps what it could not send.
	longestHeld = 24 * time.Hour
	// longestTyped is how long a barcode can be that is typed into a page, in bytes.
	longestTyped = 4096
)

// PageDevice is the scanner that types into one browser, by the browser's access.
func PageDevice(access string) agent.DeviceID { return agent.DeviceID(pageDevices + access) }

// pageDevices begins the identity of every such scanner.
const pageDevices = "page:"

// PageTime is when something was done in a page, told in two ways of which each can be
// wrong where the other is not: as a time, and as how long it was held.
type PageTime struct {
	// At is the agent's time, as the page reckons it since the agent last welcomed it. It
	// is wrong if the agent's clock was set since, or if the page slept.
	At time.Time `json:"at,omitzero"`
	// Held is for how many milliseconds the page had held it when it was sent. What comes
	// late by a slow network seems to be of later than it is.
	Held *int64 `json:"held_ms,omitempty"`
	// Unsure is by how many milliseconds that may be too few, because the page slept or
	// its clock was set meanwhile.
	Unsure int64 `json:"unsure_ms,omitempty"`
}

// ReadScan is what a scanner typed into a page, and when.
type ReadScan struct {
	Raw string `json:"raw"`
	PageTime
}

// PageScan is what became of it.
type PageScan struct {
	Heard Heard     `json:"heard"`
	Seq   agent.Seq `json:"seq"`
}

// readScan stores what a scanner typed into a page as any scanner's read. Only the
// passes that were opened for that browser take it.
func (s *Station) readScan(ctx context.Context, c command, a ReadScan) (PageScan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return PageScan{}, err
	}
	if a.Raw == "" || c.caller.Origin == "" {
		return PageScan{}, refuse("bad_arguments", "Nothing was scanned.", "Scan again.")
	}
	at, uncertainty := s.pageTime(a.PageTime, time.Time{})
	read := agent.Read{Device: PageDevice(c.caller.Origin), Raw: []byte(a.Raw), At: at, Uncertainty: uncertainty}
	if len(read.Raw) > longestTyped {
		read.Raw, read.Flags = read.Raw[:longestTyped], agent.TooLong
	}
	in, err := s.ingest(ctx, c, read)
	if err != nil {
		return PageScan{}, fmt.Errorf("store what was scanned into the page: %w", err)
	}
	return PageScan{in.Heard, in.Seq}, nil
}

// pageTime is when something was done in a page, and how exactly that is known. It is
// never later than it arrived. The two ways in which the page tells it agree but for
// moments; where they do not, all between them is possible. A page that says a time alone
// has reckoned it by the device's clock, which anybody can set: then it was done at some
// moment since. So it is if it was done in a pass before that had begun.
func (s *Station) pageTime(said PageTime, began time.Time) (at time.Time, uncertainty time.Duration) {
	now := s.clock.Now()
	age, held := now.Sub(said.At), time.Duration(0)
	if said.Held != nil {
		held = milliseconds(*said.Held)
	}
	if said.At.IsZero() {
		age = held
	}
	newest, oldest := min(age, held), max(age, held)+milliseconds(said.Unsure)
	switch {
	case said.Held == nil && age < -pageDrift, oldest > longestHeld:
		return now, longestHeld
	case newest < 0, now.Add(-newest).Before(began):
		newest = 0
	}
	slack := pageSlack + held/pageRate
	return now.Add(-(oldest + newest) / 2), slack + (oldest-newest)/2 // keeps the monotonic reading
}

// milliseconds is a time that a page has measured, as far as it can be.
func milliseconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), 2*longestHeld.Milliseconds())) * time.Millisecond
}
