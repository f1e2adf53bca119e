package station

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// longestShift is how long a badge says who counts. After that somebody else may have
// taken the scanner.
const longestShift = 12 * time.Hour

// whoseBadge returns the person whose badge a code is, if it is one of somebody who
// works here. A badge takes a while to be compared, and nobody else's scan waits for it.
func (s *Station) whoseBadge(ctx context.Context, code barcode.Code) (whose agent.PersonID, err error) {
	if code.Kind != barcode.Badge {
		return "", nil
	}
	err = s.store.Read(ctx, func(v agent.View) error {
		p, found, err := v.PersonByBadge(code.Value)
		if found {
			whose = p.ID
		}
		return err
	})
	return whose, err
}

// greet stores a badge: its person counts with the scanner from now on, and may do no
// more than anybody with that scanner. The code itself is not kept: whoever can read
// the log could print it.
func (s *Station) greet(ctx context.Context, key agent.Command, read agent.Read, code barcode.Code, whose agent.PersonID) (Ingested, error) {
	read.Raw, code.Text, code.Key, code.Value = nil, "", "", string(whose)
	return s.keep(ctx, key, read, code, false)
}

// borne makes a scan one of whoever scanned a badge with its scanner.
func borne(v agent.View, scan *agent.Scan) error {
	if scan.Code.Kind == barcode.Badge && scan.Raw == nil {
		scan.Actor = agent.Person{ID: agent.PersonID(scan.Code.Value)}.Actor()
		scan.Flags |= agent.Done
		return nil
	}
	bearer, found, err := v.Bearer(scan.Device)
	if age := scan.Read.At.Sub(bearer.Since.At); found && age >= 0 && age < longestShift {
		scan.Actor = bearer.Actor
	}
	return err
}
