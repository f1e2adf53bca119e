package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/plan"
)

// countConfig is what counts are opened with. With its defaults one person alone can do
// everything.
type countConfig struct {
	Method           string                 `toml:"method"`      // "cut-off"; "snapshot" only to see what goes wrong with it
	BasketTime       string                 `toml:"basket_time"` // such as "15m"
	ToleranceUnits   int64                  `toml:"tolerance_units"`
	ToleranceBasis   int64                  `toml:"tolerance_basis_points"` // 100 is 1 %
	ToleranceMoney   string                 `toml:"tolerance_money"`        // such as "5.00 EUR"
	InvestigateUnits int64                  `toml:"investigate_units"`
	InvestigateBasis int64                  `toml:"investigate_basis_points"`
	InvestigateMoney string                 `toml:"investigate_money"`
	VerifyByOther    bool                   `toml:"verify_by_other"`
	ApproveByOther   bool                   `toml:"approve_by_other"`
	Classes          map[string]classConfig `toml:"classes"`
	Open             bool                   `toml:"blind_off"` // show expected quantities to counters
}

// classConfig holds the limits of one class. A limit of which nothing stands here is as
// for every other item.
type classConfig struct {
	ToleranceUnits   *int64  `toml:"tolerance_units"`
	ToleranceBasis   *int64  `toml:"tolerance_basis_points"`
	ToleranceMoney   *string `toml:"tolerance_money"`
	InvestigateUnits *int64  `toml:"investigate_units"`
	InvestigateBasis *int64  `toml:"investigate_basis_points"`
	InvestigateMoney *string `toml:"investigate_money"`
}

// policy returns what counts are opened with.
func (c *config) policy() (p agent.Policy, err error) {
	of := c.Count
	p = agent.Policy{Method: agent.Method(of.Method), Blind: !of.Open, VerifyByOther: of.VerifyByOther, ApproveByOther: of.ApproveByOther}
	if p.Method != "" && p.Method != agent.CutOff && p.Method != agent.Snapshot {
		return p, configError(c.path, fmt.Sprintf("There is no method %q.", p.Method), "Leave method out: cut-off is right while the shop sells.", nil)
	}
	if of.BasketTime != "" {
		d, err := time.ParseDuration(of.BasketTime)
		if err != nil || d < 0 {
			return p, configError(c.path, fmt.Sprintf("The basket time %q is not a duration.", of.BasketTime), "Write it as 15m or 900s.", err)
		}
		// Nothing would mean the default: the shortest time there is means no time.
		p.BasketTime = max(d, 1)
	}
	if p.Tolerance, err = c.limit("tolerance", of.ToleranceUnits, of.ToleranceBasis, of.ToleranceMoney); err != nil {
		return p, err
	}
	if p.Investigate, err = c.limit("investigate", of.InvestigateUnits, of.InvestigateBasis, of.InvestigateMoney); err != nil {
		return p, err
	}
	if p.Classes, err = c.classes(); err != nil {
		return p, err
	}
	return p.WithDefaults(), nil
}

func (c *config) limit(name string, units, basisPoints int64, money string) (agent.Limit, error) {
	limit := agent.Limit{Units: units, BasisPoints: basisPoints}
	for _, of := range []struct {
		key string
		n   int64
	}{{name + "_units", units}, {name + "_basis_points", basisPoints}} {
		if of.n < 0 {
			return limit, configError(c.path, fmt.Sprintf("%s is %d, which is less than nothing.", of.key, of.n), "Write 0 or more.", nil)
		}
	}
	if money == "" {
		return limit, nil
	}
	var ok bool
	if limit.Money, ok = parseMoney(money); !ok {
		return limit, configError(c.path, fmt.Sprintf("%s_money is %q, which is no amount.", name, money), `Write an amount and its currency: "5.00 EUR".`, nil)
	}
	return limit, nil
}

func (c *config) classes() (map[string]agent.Limits, error) {
	if len(c.Count.Classes) == 0 {
		return nil, nil
	}
	all := map[string]agent.Limits{}
	for _, name := range slices.Sorted(maps.Keys(c.Count.Classes)) {
		if !slices.Contains(plan.Classes[:], plan.Class(name)) {
			return nil, configError(c.path, fmt.Sprintf("There is no class %q.", name), "The classes are A, B, C and none.", nil)
		}
		of := c.Count.Classes[name]
		tolerance, err := c.classLimit("tolerance", of.ToleranceUnits, of.ToleranceBasis, of.ToleranceMoney)
		if err != nil {
			return nil, err
		}
		investigate, err := c.classLimit("investigate", of.InvestigateUnits, of.InvestigateBasis, of.InvestigateMoney)
		if err != nil {
			return nil, err
		}
		all[name] = agent.Limits{Tolerance: tolerance, Investigate: investigate}
	}
	return all, nil
}

func (c *config) classLimit(name string, units, basisPoints *int64, money *string) (*agent.Limit, error) {
	if units == nil && basisPoints == nil && money == nil {
		return nil, nil
	}
	limit, err := c.limit(name, deref(units), deref(basisPoints), deref(money))
	return &limit, err
}

func deref[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}

var moneyText = regexp.MustCompile(`^(\d{1,12})(?:\.(\d{1,3}))? ([A-Z]{3})$`)

// parseMoney reads an amount such as 5.00 EUR.
func parseMoney(text string) (agent.Money, bool) {
	parts := moneyText.FindStringSubmatch(text)
	if parts == nil {
		return agent.Money{}, false
	}
	digits := csvfile.Decimals(parts[3])
	if len(parts[2]) > digits {
		return agent.Money{}, false
	}
	minor, err := strconv.ParseInt(parts[1]+parts[2]+strings.Repeat("0", digits-len(parts[2])), 10, 64)
	return agent.Money{Minor: minor, Currency: parts[3]}, err == nil
}
