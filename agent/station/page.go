package station

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// pageSlack is how exactly a page knows when a scanner typed into it.
	pageSlack = 250 * time.Millisecond
	// longestTyped is how long a barcode can be that is typed into a page, in bytes.
	longestTyped = 4096
)

// PageDevice is the scanner that types into one browser, by the browser's access.
func PageDevice(access string) agent.DeviceID { return agent.DeviceID("page:" + access) }

// ReadScan is what a scanner typed into a page, and when by the agent's clock.
type ReadScan struct {
	Raw string    `json:"raw"`
	At  time.Time `json:"at,omitzero"`
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
	read := agent.Read{Device: PageDevice(c.caller.Origin), Raw: []byte(a.Raw), At: s.pageTime(a.At), Uncertainty: pageSlack}
	if len(read.Raw) > longestTyped {
		read.Raw, read.Flags = read.Raw[:longestTyped], agent.TooLong
	}
	in, err := s.ingest(ctx, c.key(), read)
	if err != nil {
		return PageScan{}, fmt.Errorf("store what was scanned into the page: %w", err)
	}
	return PageScan{in.Heard, in.Seq}, nil
}

// pageTime is when a page's scan was read: as it says, but never later than it
// arrived, nor before this run began.
func (s *Station) pageTime(at time.Time) time.Time {
	now := s.clock.Now()
	age := now.Sub(at)
	if at.IsZero() || age < 0 || age > now.Sub(s.start) {
		return now
	}
	return now.Add(-age) // keeps the monotonic reading
}
