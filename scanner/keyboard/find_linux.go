package keyboard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

// Find lists the keyboards that could be scanners, without opening any. People's
// own keyboards are among them: nothing but what it is called tells them apart.
func Find(ctx context.Context) ([]scanner.Candidate, error) { return theSystem.find(ctx) }

func (s system) find(ctx context.Context) ([]scanner.Candidate, error) {
	all, err := s.keyboards(ctx)
	var found []scanner.Candidate
	for _, k := range all {
		found = append(found, s.candidate(k, all))
	}
	return found, err
}

func (s system) candidate(k keyboard, all []keyboard) scanner.Candidate {
	where := k.lasting(all)
	id := where.Identity()
	return scanner.Candidate{
		ID: id, Driver: "keyboard", Name: k.name, Physical: k.physical,
		Settings: where.settings(), Likely: k.likely(), Fault: s.mayRead(k),
		Unnumbered: k.Serial == "",
		Listen: func(ctx context.Context, hear func(scanner.Hearing)) error {
			return s.listen(ctx, k, func(h scanner.Hearing) {
				h.Candidate = id
				hear(h)
			})
		},
	}
}

// lasting is how to find this keyboard again: by its number if no other one has
// the same, else by its socket.
func (k keyboard) lasting(all []keyboard) Where {
	byNumber := k.Where
	byNumber.Socket = ""
	fits := 0
	for _, other := range all {
		if byNumber.fits(other) {
			fits++
		}
	}
	if k.Serial != "" && fits == 1 {
		return byNumber
	}
	return k.Where
}

func (s system) mayRead(k keyboard) *scanner.Fault {
	for _, path := range k.nodes {
		if err := unix.Access(path, unix.R_OK); errors.Is(err, os.ErrPermission) {
			return noRights(path, fmt.Errorf("access %s: %w", path, err))
		}
	}
	return nil
}

const (
	// hearingPause is the silence between two scans.
	hearingPause = 150 * time.Millisecond
	// maxHearing bounds the strokes of one scan.
	maxHearing = 8192
	// A scanner sends at least fewestKeys, and one every slowestKey on average.
	// What is slower was typed by a person and is nobody's business.
	fewestKeys = 4
	slowestKey = 80 * time.Millisecond
)

// listen hears what a keyboard sends, while that also reaches whoever has the
// focus.
func (s system) listen(ctx context.Context, k keyboard, hear func(scanner.Hearing)) error {
	var nodes []*node
	defer func() {
		for _, n := range nodes {
			n.close()
		}
	}()
	for _, path := range k.nodes {
		n, err := s.open(path)
		if err != nil {
			return explain(path, err)
		}
		nodes = append(nodes, n)
	}
	var one sync.Mutex
	err := each(ctx, nodes, func(ctx context.Context, n *node) error {
		e := ear{hear: func(h scanner.Hearing) {
			one.Lock()
			defer one.Unlock()
			hear(h)
		}}
		return e.listen(ctx, n)
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ear collects the strokes between two silences.
type ear struct {
	hear    func(scanner.Hearing)
	strokes Strokes
	heard   []Stroke
	lost    bool
}

func (e *ear) listen(ctx context.Context, n *node) error {
	for {
		var limit time.Duration
		if len(e.heard) > 0 || e.lost {
			limit = hearingPause
		}
		events, err := n.read(ctx, limit)
		now := readClock()
		switch {
		case err == nil:
			e.take(events, now)
		case ctx.Err() != nil:
			e.tell(now)
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
			e.tell(now)
		default:
			e.tell(now)
			return scanner.Gone(fmt.Errorf("listen to %s: %w", n.file.Name(), err))
		}
	}
}

func (e *ear) take(events []Event, now clock) {
	for _, event := range events {
		strokes, lost := e.strokes.Take(event)
		e.lost = e.lost || lost
		for _, s := range strokes {
			if n := len(e.heard); n > 0 && s.At-e.heard[n-1].At >= hearingPause || n == maxHearing {
				e.tell(now)
			}
			e.heard = append(e.heard, s)
		}
	}
}

// tell ends a hearing.
func (e *ear) tell(now clock) {
	if byScanner(e.heard) {
		e.hear(scanner.Hearing{
			First: now.at(e.heard[0].At), Last: now.at(e.heard[len(e.heard)-1].At),
			Lost: e.lost, Meanings: meanings(e.heard),
		})
	}
	e.heard, e.lost = e.heard[:0], false
}

func byScanner(strokes []Stroke) bool {
	if len(strokes) < fewestKeys {
		return false
	}
	took := strokes[len(strokes)-1].At - strokes[0].At
	return took <= time.Duration(len(strokes)-1)*slowestKey
}
