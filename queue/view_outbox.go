package queue

import (
	"encoding/json"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

func (v *view) Adjustments(count agent.CountID) ([]agent.Adjustment, error) {
	return list(v, func(r row) (a agent.Adjustment, err error) {
		err = r.Scan(document{&a})
		return a, err
	}, "SELECT body FROM adjustment WHERE count = ? ORDER BY seq, ordinal", string(count))
}

const deliveryColumns = `a.body, a.seq, d.state, d.request, d.observed, d.target, d.tries, d.problem, d.approved, d.changed
	FROM delivery d JOIN adjustment a ON a.id = d.adjustment`

func readDelivery(r row) (d agent.Delivery, err error) {
	err = r.Scan(document{&d.Adjustment}, &d.Seq, &d.State, &d.Request, &d.Observed, &d.Target, &d.Tries,
		document{&d.Problem}, instant{&d.Approved}, instant{&d.Changed})
	return d, err
}

// Deliveries returns deliveries in the order of their approval; with no states,
// all of them.
func (v *view) Deliveries(states ...agent.DeliveryState) ([]agent.Delivery, error) {
	where, args := in("d.state", states)
	return list(v, readDelivery, "SELECT "+deliveryColumns+where+" ORDER BY a.seq, a.ordinal", args...)
}

func (v *view) DeliveriesOf(count agent.CountID) ([]agent.Delivery, error) {
	return list(v, readDelivery, "SELECT "+deliveryColumns+" WHERE a.count = ? ORDER BY a.seq, a.ordinal", string(count))
}

func (v *view) Delivery(id agent.AdjustmentID) (agent.Delivery, bool, error) {
	return get(v, readDelivery, "SELECT "+deliveryColumns+" WHERE d.adjustment = ?", string(id))
}

const requestColumns = `e.data, r.state, r.first_sent, r.attempts, r.next_at, r.outcome
	FROM request r JOIN event e ON e.seq = r.seq`

func readRequest(r row) (q agent.Request, err error) {
	var planned string
	var now agent.Request
	err = r.Scan(&planned, &now.State, instant{&now.FirstSent}, &now.Attempts, instant{&now.NextAt}, document{&now.Outcome})
	if err != nil {
		return q, err
	}
	err = json.Unmarshal([]byte(planned), &q)
	q.State, q.FirstSent, q.Attempts, q.NextAt, q.Outcome = now.State, now.FirstSent, now.Attempts, now.NextAt, now.Outcome
	return q, err
}

// Requests returns requests in the order in which they were planned; with no
// states, all of them.
func (v *view) Requests(states ...agent.RequestState) ([]agent.Request, error) {
	where, args := in("r.state", states)
	return list(v, readRequest, "SELECT "+requestColumns+where+" ORDER BY r.seq", args...)
}

func (v *view) Request(id agent.RequestID) (agent.Request, bool, error) {
	return get(v, readRequest, "SELECT "+requestColumns+" WHERE r.id = ?", string(id))
}

// in restricts a column to some values; with none it does not restrict.
func in[T ~string](column string, values []T) (where string, args []any) {
	if len(values) == 0 {
		return "", nil
	}
	for _, v := range values {
		args = append(args, string(v))
	}
	return " WHERE " + column + " IN (?" + strings.Repeat(",?", len(values)-1) + ")", args
}
