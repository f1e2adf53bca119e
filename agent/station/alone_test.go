package station

import (
	"context"

	"github.com/stockhand/stockhand/agent"
)

// JudgeOne judges one item of a count alone, as decisions about its delivery do.
func (s *Station) JudgeOne(ctx context.Context, id agent.CountID, item agent.ItemID) (variance agent.Variance, err error) {
	return variance, s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, id)
		if err != nil {
			return err
		}
		j, one, err := s.judgingOne(v, count, item)
		if err == nil {
			variance, err = j.one(v, one)
		}
		return err
	})
}
