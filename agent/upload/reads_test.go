package upload

import (
	"context"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// strict is a store whose writes may not read what moved: that can be tens of
// thousands of rows, and scans wait for a write.
type strict struct {
	agent.Store
	read *int
}

func (s strict) Write(ctx context.Context, c agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	return s.Store.Write(ctx, c, func(v agent.View) (agent.Facts, error) { return decide(strictView{v, s.read}) })
}

type strictView struct {
	agent.View
	read *int
}

func (v strictView) MovementsOf(l agent.LocationID, item agent.ItemID, after time.Time) ([]agent.Movement, error) {
	found, err := v.View.MovementsOf(l, item, after)
	*v.read += len(found)
	return found, err
}

func TestPlanningReadsNoMovementsWhileScansWait(t *testing.T) {
	inBubble(t, keysAndFeed, func(r *rig) {
		r.approveABC()
		elapse(5 * time.Second)
		r.sim.Sell(connectortest.IDOf("A"), 4)
		read := 0
		stop := r.running(r.uploader(strict{r.q, &read}))
		elapse(time.Minute)
		stop()
		r.want(agent.Delivered, agent.Delivered, agent.Delivered)
		if read != 0 {
			t.Errorf("%d movements were read in a write", read)
		}
	})
}
