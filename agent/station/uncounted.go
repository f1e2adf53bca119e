package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// UncountedOf asks which items that are known in a zone nobody counted there.
type UncountedOf struct {
	Count agent.CountID `json:"count"`
	Zone  agent.Zone    `json:"zone"` // empty: the bins of no zone
	Round int64         `json:"round,omitempty"`
}

// UncountedIn is the answer to UncountedOf. It tells no quantity.
type UncountedIn struct {
	Zone  agent.Zone      `json:"zone"`
	Zones []agent.Zone    `json:"zones"` // that can be asked about, in walking order
	Total int64           `json:"total"` // of which Lines are the first
	Lines []UncountedLine `json:"lines"` // in walking order
	// Walking are the passes that are still open in the zone: what nobody counted yet
	// somebody may be about to count.
	Walking []agent.Pass `json:"walking,omitempty"`
}

// UncountedLine is an item that is known in a bin and that nobody counted there.
type UncountedLine struct {
	LeftLine
	// Walked is true where somebody has been to the bin.
	Walked bool `json:"walked"`
	// Seen says why it is not confirmed to be gone, whoever says so, as a clause:
	// something was scanned there that may be it. Scan is that row.
	Seen string    `json:"seen,omitempty"`
	Scan agent.Seq `json:"scan,omitempty"`
	// Kept is who decided to leave it uncounted, and KeptAt when.
	Kept   string    `json:"kept,omitempty"`
	KeptAt time.Time `json:"kept_at,omitzero"`
}

// SettleZone decides about items that nobody counted in a zone.
type SettleZone struct {
	UncountedOf
	Decisions []agent.DecidedUncounted `json:"decisions"`
	// Anyway says that it is known that somebody else still walks there.
	Anyway bool `json:"anyway,omitempty"`
}

// SettledZone is the answer to SettleZone.
type SettledZone struct {
	Zone     agent.Zone   `json:"zone"`
	Pass     agent.PassID `json:"pass,omitempty"` // that of the zeros
	Kept     int64        `json:"kept"`
	Zeroed   int64        `json:"zeroed"`
	LeftOpen []LeftOpen   `json:"left_open,omitempty"`
}

func (s *Station) uncountedOf(ctx context.Context, c command, a UncountedOf) (UncountedIn, error) {
	answer := UncountedIn{Zone: a.Zone, Lines: []UncountedLine{}}
	if err := c.caller.Require(agent.MayCount); err != nil {
		return answer, err
	}
	err := s.store.Read(ctx, func(v agent.View) error {
		z, err := s.zoneRest(v, c, a)
		if err == nil {
			err = z.kept()
		}
		if err != nil {
			return err
		}
		answer.Total = int64(len(z.lines))
		answer.Lines = append(answer.Lines, z.lines[:min(len(z.lines), maxLeft)]...)
		answer.Walking = z.walking(agent.Actor{})
		answer.Zones, err = zonesAbout(v, z.count)
		return err
	})
	return answer, err
}

// settleZone stores what somebody decided. What is gone is entered as 0 in a pass of
// whoever decides, that is over at once: it began when the first began to walk there,
// since the goods may have been gone at any time from then on. Rows of a pass come
// after its beginning, so that it is stored first; what is decided is decided after.
func (s *Station) settleZone(ctx context.Context, c command, a SettleZone) (SettledZone, error) {
	settled := SettledZone{Zone: a.Zone}
	if err := c.caller.Require(agent.MayCount); err != nil {
		return settled, err
	}
	pass, err := s.passOfZeros(ctx, c, a)
	if err != nil {
		return settled, err
	}
	_, err = s.record(ctx, c, &settled, func(v agent.View) (agent.Facts, error) {
		facts := s.facts(c)
		z, err := s.mayDecide(v, c, a)
		if err == nil {
			err = z.decide(pass, a.Decisions)
		}
		if err == nil && pass.ID == "" && len(z.zeros) > 0 {
			err = clash("changed", "Something of it changed in this moment.", "Look at the list again, and decide once more.")
		}
		if err != nil {
			return facts, err
		}
		facts.Scans, settled.Zeroed, settled.LeftOpen = z.zeros, int64(len(z.zeros)), z.left
		settled.Kept = int64(len(a.Decisions)-len(z.left)) - settled.Zeroed
		settled.Pass = pass.ID
		fact := agent.UncountedFact{Count: a.Count, Zone: a.Zone, Round: a.Round, Pass: pass.ID, Decided: a.Decisions}
		facts.Events = append(facts.Events, agent.NewEvent(agent.UncountedDecided, fact))
		if pass.ID != "" {
			facts.Events = append(facts.Events, s.over(pass.ID))
		}
		facts.Result = settled
		return facts, nil
	})
	if err != nil && pass.ID != "" {
		_, failed := s.store.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
			return s.facts(c, s.over(pass.ID)), nil
		})
		err = cmp.Or(err, failed)
	}
	return settled, err
}

func (s *Station) over(pass agent.PassID) agent.Event {
	return agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: pass, At: s.now()})
}

// passOfZeros begins the pass of the zeros, unless all is kept. A repeated command has
// the one that it had.
func (s *Station) passOfZeros(ctx context.Context, c command, a SettleZone) (agent.Pass, error) {
	first := c
	if first.id != "" {
		first.id += " pass"
	}
	return write(ctx, s, first, func(v agent.View) (pass agent.Pass, events []agent.Event, err error) {
		z, err := s.mayDecide(v, c, a)
		if err == nil {
			err = z.decide(agent.Pass{Count: a.Count, Zone: a.Zone, Round: a.Round}, a.Decisions)
		}
		if err != nil || len(z.zeros) == 0 {
			return pass, nil, err
		}
		if pass, _, err = s.newPass(v, c, OpenPass{Count: a.Count, Zone: a.Zone, Round: a.Round}); err != nil {
			return pass, nil, err
		}
		pass.Started = z.since(z.zeros)
		return pass, []agent.Event{agent.NewEvent(agent.PassOpened, pass)}, nil
	})
}

// mayDecide refuses what can not be decided: of a count that is over, and while
// somebody else walks there, unless that is known.
func (s *Station) mayDecide(v agent.View, c command, a SettleZone) (*zoneRest, error) {
	z, err := s.zoneRest(v, c, a.UncountedOf)
	if err != nil {
		return nil, err
	}
	if !takes(z.count, a.Round) {
		return nil, clash("count_state", fmt.Sprintf("The count %s is %s, and nothing more is entered in it.", quote(z.count.Name), z.count.State),
			"Ask for a recount of what is not certain.")
	}
	if len(a.Decisions) == 0 {
		return nil, refuse("nothing_decided", "It is not said what becomes of which items.", "Say for each item whether it is kept, gone, or looked for and not there.")
	}
	for _, d := range a.Decisions {
		if !slices.Contains([]agent.Uncounted{agent.KeepUncounted, agent.ZeroUncounted, agent.EmptyUncounted}, d.As) {
			return nil, refuse("bad_decision", "There is no decision "+quote(string(d.As))+".", "Items are kept, zero or empty.")
		}
	}
	if others := z.walking(c.caller.Actor); len(others) > 0 && !a.Anyway && slices.ContainsFunc(a.Decisions, agent.DecidedUncounted.Zero) {
		return nil, clash("zone_walked", fmt.Sprintf("%s still open in this zone: what nobody counted yet may be counted in a moment.", many(int64(len(others)), "pass is", "passes are")),
			"Wait until the walk is over, or decide all the same.")
	}
	return z, nil
}
