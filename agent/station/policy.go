package station

import (
	"fmt"
	"reflect"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// longestBasket is how long goods can be on their way from the shelf to the till.
const longestBasket = 24 * time.Hour

// The limits of a policy are bounded far over what an item ever differs by.
const (
	mostUnits = 1_000_000_000
	mostShare = 1_000_000 // in basis points: a hundred times what is expected
)

// policyOf returns the rules of a count: the configured ones, or what whoever opens it
// asks for. Anybody can ask for more control. For less, which is other limits than the
// configured ones or a shorter time in the basket, it takes who may configure.
func (s *Station) policyOf(c command, asked *agent.Policy) (agent.Policy, error) {
	if asked == nil {
		return s.opts.Policy, nil
	}
	ours := s.opts.Policy.WithDefaults()
	p := *asked
	if p.Tolerance == (agent.Limit{}) {
		p.Tolerance = ours.Tolerance
	}
	if p.Investigate == (agent.Limit{}) {
		p.Investigate = ours.Investigate
	}
	if p.Classes == nil {
		p.Classes = ours.Classes
	}
	if p.BasketTime == 0 {
		p.BasketTime = ours.BasketTime
	}
	p = p.WithDefaults()
	p.VerifyByOther = p.VerifyByOther || ours.VerifyByOther
	p.ApproveByOther = p.ApproveByOther || ours.ApproveByOther
	p.Blind = p.Blind || ours.Blind
	if err := checkPolicy(p); err != nil {
		return p, err
	}
	other := p.Tolerance != ours.Tolerance || p.Investigate != ours.Investigate || !reflect.DeepEqual(p.Classes, ours.Classes)
	if (other || p.BasketTime < ours.BasketTime) && !c.caller.May(agent.MayAdmin) {
		return p, refuse("other_limits", "A count has the limits of the configuration; only whoever may change that can open one with others.",
			"Leave them as they are, or ask whoever set Stockhand up.")
	}
	return p, nil
}

// checkPolicy refuses rules that make no sense: they would make a variance look more
// certain than it is.
func checkPolicy(p agent.Policy) error {
	if p.Method != agent.CutOff && p.Method != agent.Snapshot {
		return refuse("bad_policy", "There is no method "+quote(string(p.Method))+".", "Use "+quote(string(agent.CutOff))+".")
	}
	if p.BasketTime < 0 || p.BasketTime > longestBasket {
		return refuse("bad_policy", "The time in the basket must lie between 0 and "+fmt.Sprint(longestBasket)+".", "Choose another time.")
	}
	limits := []agent.Limit{p.Tolerance, p.Investigate}
	for _, of := range p.Classes {
		for _, l := range []*agent.Limit{of.Tolerance, of.Investigate} {
			if l != nil {
				limits = append(limits, *l)
			}
		}
	}
	for _, l := range limits {
		if l.Units < 0 || l.Units > mostUnits || l.BasisPoints < 0 || l.BasisPoints > mostShare || l.Money.Minor < 0 {
			return refuse("bad_policy", fmt.Sprintf("A limit must lie between 0 and %d units, and 0 and %d %% of what is expected, and be no negative amount.", int64(mostUnits), mostShare/100),
				"Choose other limits.")
		}
	}
	return checkClasses(p)
}
