package station

import "github.com/stockhand/stockhand/agent"

// Judge judges every item of a count within a view, as Review does, without an agent
// that runs: what a log adds up to can be judged anywhere.
func (o Options) Judge(v agent.View, id agent.CountID) ([]agent.Variance, error) {
	count, err := findCount(v, id)
	if err != nil {
		return nil, err
	}
	return (&Station{opts: o}).review(v, count)
}
