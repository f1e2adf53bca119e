package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// OpenPass begins a walk. An empty Person is the caller; a Device becomes the
// pass's own.
type OpenPass struct {
	Count  agent.CountID  `json:"count"`
	Zone   agent.Zone     `json:"zone,omitempty"`
	Bin    agent.Bin      `json:"bin,omitempty"`
	Device agent.DeviceID `json:"device,omitempty"`
	Round  int64          `json:"round,omitempty"`
	// New says that the zone or the bin may be one that the catalogue does not have.
	New bool `json:"new,omitempty"`
	// Take takes the scanner from somebody else who walks with it now.
	Take bool `json:"take,omitempty"`
}

// OpenedPass is the answer to OpenPass.
type OpenedPass struct {
	agent.Pass
	// Others are open passes in the same place: two people may count the same goods.
	Others []agent.Pass `json:"others,omitempty"`
	// From is the open pass that had the scanner until now.
	From *agent.Pass `json:"from,omitempty"`
	// Outside is true where the count's scope does not ask for what lies there.
	Outside bool `json:"outside,omitempty"`
}

func (s *Station) openPass(ctx context.Context, c command, a OpenPass) (OpenedPass, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return OpenedPass{}, err
	}
	return write(ctx, s, c, func(v agent.View) (opened OpenedPass, events []agent.Event, err error) {
		if a.Bin, err = s.whichBin(v, a.Zone, a.Bin, a.New); err != nil {
			return opened, nil, err
		}
		if opened.From, err = s.takenFrom(v, c, a); err != nil {
			return opened, nil, err
		}
		if opened.Pass, events, err = s.newPass(v, c, a); err != nil {
			return opened, nil, err
		}
		if opened.Others, err = others(v, opened.Pass); err != nil {
			return opened, nil, err
		}
		opened.Outside, err = outside(v, opened.Pass)
		return opened, events, err
	})
}

// stillWalks is for how long nobody takes a scanner away by mistake that was heard of.
const stillWalks = 10 * time.Minute

// takenFrom returns the open pass that the scanner of a new one is taken from. It
// refuses that where somebody else walks with it, unless that is meant: what they scan
// would count somewhere else from then on. The scanner of a page is that page's alone.
func (s *Station) takenFrom(v agent.View, c command, a OpenPass) (*agent.Pass, error) {
	if strings.HasPrefix(string(a.Device), pageDevices) && a.Device != PageDevice(c.caller.Origin) {
		return nil, refuse("other_page", "This is the scanner of another browser.", "Begin the pass in that browser.")
	}
	from, owned, err := v.PassOf(a.Device)
	anyway := a.Take || strings.HasPrefix(string(a.Device), pageDevices)
	if err != nil || !owned {
		return nil, err
	}
	who, now := from.Person, s.clock.Now()
	bearer, borne, err := v.Bearer(a.Device)
	if err != nil {
		return nil, err
	}
	if borne {
		who = bearer.Actor
	}
	if anyway || who == c.caller.Actor || who.Kind == agent.DeviceActor || now.Sub(from.Heard()) > stillWalks {
		return &from, nil
	}
	names, err := s.calling(v)
	if err != nil {
		return nil, err
	}
	count, err := findCount(v, from.Count)
	if err != nil {
		return nil, err
	}
	return nil, cmp.Or(names.err, clash("scanner_in_use", fmt.Sprintf("%s walks with this scanner in %s of %s: what is scanned there would count here.", names.name(who), placeName(from), quote(count.Name)),
		"Choose another scanner, or take this one from there."))
}

// placeName says where a pass is.
func placeName(p agent.Pass) string {
	return cmp.Or(string(p.Bin), string(p.Zone), "the location")
}

// newPass begins a pass, unless its count does not take it.
func (s *Station) newPass(v agent.View, c command, a OpenPass) (agent.Pass, []agent.Event, error) {
	pass := agent.Pass{
		Count: a.Count, Zone: a.Zone, Bin: a.Bin, Device: a.Device, Round: a.Round,
		Person: c.caller.Actor, Started: s.now(),
	}
	count, err := findCount(v, a.Count)
	if err != nil {
		return pass, nil, err
	}
	if !takes(count, a.Round) {
		return pass, nil, clash("count_state", fmt.Sprintf("The count %s is %s and takes no such pass.", quote(count.Name), count.State),
			"While a count is open it is counted; once it is closed only recounts are entered.")
	}
	if err := askedRound(v, count, a.Round); err != nil {
		return pass, nil, err
	}
	if err := mayRecount(v, c, count, pass); err != nil {
		return pass, nil, err
	}
	if pass.ID, err = nextPass(v); err != nil {
		return pass, nil, err
	}
	return pass, []agent.Event{agent.NewEvent(agent.PassOpened, pass)}, nil
}

// others returns the open passes that are where a pass is.
func others(v agent.View, pass agent.Pass) ([]agent.Pass, error) {
	all, err := v.Passes(pass.Count)
	return pass.Together(all), err
}

// outside reports whether a pass is where its count's scope asks for nothing.
func outside(v agent.View, pass agent.Pass) (bool, error) {
	count, err := findCount(v, pass.Count)
	if err != nil || pass.Round > 0 {
		return false, err
	}
	if pass.Bin == "" && pass.Zone != "" && count.Scope.HasPlaces() {
		return !slices.Contains(count.Scope.Zones, pass.Zone) && len(count.Scope.Bins) == 0, nil
	}
	in, err := inPlaces(v, count.Scope, pass.Bin)
	return !in, err
}

// askedRound refuses a pass of a recount that nobody asked for.
func askedRound(v agent.View, count agent.Count, round int64) error {
	if round == 0 {
		return nil
	}
	recounts, err := v.Recounts(count.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(recounts, func(r agent.Recount) bool { return r.Round == round }) {
		return missing("no_recount", fmt.Sprintf("There is no recount %d of %s.", round, quote(count.Name)))
	}
	return nil
}

func nextPass(v agent.View) (agent.PassID, error) {
	n, err := v.Next("pass")
	return agent.PassID(fmt.Sprintf("pass-%d", n)), err
}

// ClosePass ends a walk.
type ClosePass struct {
	Pass      agent.PassID    `json:"pass"`
	Uncounted agent.Uncounted `json:"uncounted,omitempty"`
}

// ClosedPass is the answer to ClosePass.
type ClosedPass struct {
	Pass     agent.Pass `json:"pass"`
	Zeroed   int64      `json:"zeroed"` // items confirmed to be gone
	LeftOpen []LeftOpen `json:"left_open,omitempty"`
}

// closePass ends a pass. With ZeroUncounted every item that is known in a bin the
// pass has been to, and that nobody counted there, is entered as 0 unless something was
// scanned that may be it; what happened to it may have happened at any time of the pass.
func (s *Station) closePass(ctx context.Context, c command, a ClosePass) (ClosedPass, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return ClosedPass{}, err
	}
	z := &clearing{station: s, command: c}
	if a.Uncounted == agent.ZeroUncounted {
		var err error
		if z, err = s.cleared(ctx, c, a.Pass, binsOrHere); err != nil {
			return ClosedPass{}, err
		}
	}
	var closed ClosedPass
	_, err := s.record(ctx, c, &closed, func(v agent.View) (agent.Facts, error) {
		pass, _, err := takingPass(v, a.Pass)
		if err != nil {
			return agent.Facts{}, err
		}
		facts := s.facts(c)
		if facts.Scans, err = z.part(v); err != nil {
			return facts, err
		}
		pass.Closed = s.now()
		closed.Pass, closed.Zeroed, closed.LeftOpen = pass, z.sum, z.left
		facts.Events = []agent.Event{agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: pass.ID, At: pass.Closed})}
		facts.Result = closed
		return facts, nil
	})
	return closed, err
}

// binsOrHere returns the bins that a pass has been to, or the one where it was said to
// begin: whoever was there says that it is empty.
func binsOrHere(v agent.View, pass agent.Pass) ([]agent.Bin, error) {
	bins, err := binsOf(v, pass)
	if len(bins) == 0 {
		bins = []agent.Bin{pass.Bin}
	}
	return bins, err
}

// EmptyBin confirms that nothing else lies in a bin than what was counted there.
type EmptyBin struct {
	Pass agent.PassID `json:"pass"`
	Bin  *agent.Bin   `json:"bin,omitempty"` // nil: where the pass is
}

// EmptiedBin is the answer to EmptyBin.
type EmptiedBin struct {
	Bin      agent.Bin  `json:"bin"`
	Zeroed   int64      `json:"zeroed"` // items confirmed to be gone
	LeftOpen []LeftOpen `json:"left_open,omitempty"`
}

// emptyBin confirms that a bin is empty, or holds only what was counted in it.
// Nobody else assumes that: a bin without entries stays uncounted. What was scanned
// there and may be one of its items was in it, whoever says what.
func (s *Station) emptyBin(ctx context.Context, c command, a EmptyBin) (EmptiedBin, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return EmptiedBin{}, err
	}
	var emptied EmptiedBin
	z, err := s.cleared(ctx, c, a.Pass, func(_ agent.View, pass agent.Pass) ([]agent.Bin, error) {
		emptied.Bin = pass.Bin
		if a.Bin != nil {
			emptied.Bin = *a.Bin
		}
		return []agent.Bin{emptied.Bin}, nil
	})
	if err != nil {
		return EmptiedBin{}, err
	}
	_, err = s.record(ctx, c, &emptied, func(v agent.View) (agent.Facts, error) {
		if _, _, err := takingPass(v, a.Pass); err != nil {
			return agent.Facts{}, err
		}
		facts := s.facts(c)
		var err error
		if facts.Scans, err = z.part(v); err != nil {
			return facts, err
		}
		emptied.Zeroed, emptied.LeftOpen = z.sum, z.left
		facts.Result = emptied
		return facts, nil
	})
	return emptied, err
}

// MovePass says that a pass goes on in another bin.
type MovePass struct {
	Pass agent.PassID `json:"pass"`
	Bin  agent.Bin    `json:"bin"`
	New  bool         `json:"new,omitempty"` // the catalogue may not have the bin
}

// MovedPass is the answer to MovePass.
type MovedPass struct {
	agent.Scan
	Others []agent.Pass `json:"others,omitempty"` // open passes in the same place
}

func (s *Station) movePass(ctx context.Context, c command, a MovePass) (MovedPass, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return MovedPass{}, err
	}
	var moved MovedPass
	first, err := s.record(ctx, c, &moved, func(v agent.View) (agent.Facts, error) {
		pass, _, err := takingPass(v, a.Pass)
		if err == nil {
			a.Bin, err = s.whichBin(v, "", a.Bin, a.New)
		}
		if err != nil {
			return agent.Facts{}, err
		}
		moved = MovedPass{Scan: s.typed(c, pass, "", a.Bin, 0, "")}
		moved.Op = agent.Move
		facts := s.facts(c)
		if pass, facts.Events, err = arrive(v, &moved.Scan); err != nil {
			return facts, err
		}
		moved.Others, err = others(v, pass)
		facts.Scans, facts.Result = []agent.Scan{moved.Scan}, moved
		return facts, err
	})
	moved.Seq = first
	return moved, err
}

// arrive completes what is stored of a move: that the pass is in another zone now, and
// that its count asks for nothing there. It returns the pass as it goes on.
func arrive(v agent.View, move *agent.Scan) (agent.Pass, []agent.Event, error) {
	pass, _, err := v.Pass(move.Pass)
	if err != nil {
		return pass, nil, err
	}
	zone := agent.Zone(move.Code.Value)
	if move.Code.Kind != barcode.Zone {
		place, _, err := v.PlaceOf(move.Bin)
		if err != nil {
			return pass, nil, err
		}
		zone = place.Zone
	}
	var events []agent.Event
	if zone != "" && zone != pass.Zone {
		events = []agent.Event{agent.NewEvent(agent.PassMoved, agent.PlaceFact{Pass: pass.ID, Zone: zone})}
		pass.Zone = zone
	}
	pass.Bin = move.Bin
	out, err := outside(v, pass)
	if out {
		move.Flags |= agent.NotAsked
	}
	return pass, events, err
}
