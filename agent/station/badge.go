package station

import (
	"bytes"
	"context"
	"strings"
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

// mayGreet reports whether a badge that was read says who counts from now on. At a page
// somebody else has signed in, and what is scanned there is that person's.
func mayGreet(c command, whose agent.PersonID) bool {
	return c.caller.Actor.Kind != agent.PersonActor || c.caller.Actor.ID == string(whose)
}

// greet stores a badge: its person counts with the scanner from now on, and may do no
// more than anybody with that scanner. The code itself is not kept: whoever can read
// the log could print it.
func (s *Station) greet(ctx context.Context, c command, read agent.Read, code barcode.Code, whose agent.PersonID) (Ingested, error) {
	read.Raw, code.Text, code.Key, code.Value = nil, "", "", string(whose)
	return s.keep(ctx, c, read, code, false)
}

// badgeLength is how many letters the secret of a badge has.
const badgeLength = 16

// withoutBadges returns a read with the secrets of badges made illegible that stand
// anywhere in it, however they were framed, joined or spelt; nil where there is none.
func (s *Station) withoutBadges(raw []byte) []byte {
	prefix, text := []byte(strings.ToUpper(s.badgePrefix())), bytes.ToUpper(raw)
	if len(text) != len(raw) || !bytes.Contains(text, prefix) {
		return nil
	}
	hidden := bytes.Clone(raw)
	for at := 0; ; {
		next := bytes.Index(text[at:], prefix)
		if next < 0 {
			return hidden
		}
		at += next + len(prefix)
		n := 0
		for at+n < len(text) && n < badgeLength && strings.IndexByte(badgeLetters, text[at+n]) >= 0 {
			n++
		}
		if n >= badgeLength/2 { // what is cut off could be guessed from
			copy(hidden[at:at+n], bytes.Repeat([]byte{'*'}, n))
		}
	}
}

// borne makes a scan one of whoever made it, as far as that is known: of what was typed
// into a page whoever has signed in at it, otherwise whoever scanned a badge with the
// scanner. expired tells that the badge was scanned too long ago.
func borne(v agent.View, scan *agent.Scan, by agent.Actor) (expired bool, err error) {
	if scan.Code.Kind == barcode.Badge && scan.Raw == nil {
		scan.Actor = agent.Person{ID: agent.PersonID(scan.Code.Value)}.Actor()
		scan.Flags |= agent.Done
		return false, nil
	}
	if by != (agent.Actor{}) {
		scan.Actor = by
	}
	if by.Kind == agent.PersonActor {
		return false, nil
	}
	bearer, found, err := v.Bearer(scan.Device)
	if err != nil || !found {
		return false, err
	}
	age, err := badgeAge(v, bearer, scan.Read.At)
	if err == nil && age >= 0 && age < longestShift {
		scan.Actor = bearer.Actor
	}
	return age >= longestShift, err
}

// badgeAge returns how long before a time a badge was scanned, however the clock was set
// meanwhile. What was read before it, and came late, was so by a negative time.
func badgeAge(v agent.View, bearer agent.Bearer, at time.Time) (time.Duration, error) {
	age := at.Sub(bearer.Since.At)
	steps, err := v.ClockSteps()
	for _, s := range steps {
		if s.Seq > bearer.Seq {
			age -= s.By
		}
	}
	return age, err
}
