package reconcile

import "github.com/stockhand/stockhand/agent"

// approvals is what was approved in this count and still holds.
type approvals struct {
	any    bool
	last   agent.Adjustment
	state  agent.DeliveryState // of the last one
	row    agent.Seq           // the last one's; 0 where it is not known
	sent   bool
	onWay  int64 // sent or delivered: a new approval adds to it
	unsent int64 // a new approval takes its place
	sentBy map[agent.AdjustmentID]bool
	doubt  bool // nobody knows whether a delivery of this item arrived
	other  bool // a delivery of another count may be on its way
}

func approvalsOf(in Item) approvals {
	p := approvals{sentBy: map[agent.AdjustmentID]bool{}}
	for _, d := range in.Deliveries {
		switch {
		case d.State == agent.Superseded:
		case d.Adjustment.Count != in.Count.ID:
			p.other = p.other || d.State == agent.Pending || d.State == agent.Sending || d.State == agent.Staged || d.State == agent.InDoubt
		default:
			p.take(d)
		}
	}
	return p
}

func (p *approvals) take(d agent.Delivery) {
	p.any, p.last, p.state, p.row = true, d.Adjustment, d.State, d.Seq
	p.doubt = p.doubt || d.State == agent.InDoubt
	switch d.State {
	case agent.Sending, agent.Staged, agent.Delivered:
		p.sent = true
		p.onWay += d.Adjustment.Variance
		p.sentBy[d.Adjustment.ID] = true
	default:
		p.unsent += d.Adjustment.Variance
	}
}

func (p approvals) all() int64 { return p.onWay + p.unsent }

// recounted reports whether somebody counted the item again after the last approval.
func (r *reckoning) recounted() bool {
	for _, l := range r.lines {
		if r.approved.row != 0 && l.Last > r.approved.row ||
			r.approved.row == 0 && l.Window.To.At.After(r.approved.last.CutOff.At) {
			return true
		}
	}
	return false
}

// settled reports whether the approvals say all there is to say: nothing new came.
func (r *reckoning) settled(total agent.Interval) bool {
	switch {
	case !r.approved.any:
		return false
	case !r.basis.found:
		return r.chosen()
	}
	return total == agent.Exactly(r.approved.all())
}
