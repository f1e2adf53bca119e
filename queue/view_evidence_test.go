package queue

import (
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// What the log tells of an item is every scan of it and every event that names it or
// one of its adjustments, counts or requests: nothing less, page by page, and nothing
// of another item.
func TestTheRowsThatTellOfAnItem(t *testing.T) {
	q := openTemp(t)
	for _, facts := range everyKind() {
		put(t, q, facts)
	}
	for item, others := range map[agent.ItemID][]string{
		cola:   {`"adjustment-1"`, `"request-1"`, `"` + string(cola) + `"`, `"id":"count-1"`, `"count":"count-1"`},
		crisps: {`"adjustment-2"`, `"` + string(crisps) + `"`},
	} {
		var want []agent.Seq
		for _, r := range lookUp(t, q, func(v agent.View) ([]agent.Record, error) { return v.Log(0, 1_000) }) {
			if r.Scan != nil && r.Scan.Item == item || r.Event != nil && tells(*r.Event, others) {
				want = append(want, r.Seq)
			}
		}
		var got []agent.Seq
		for before := agent.Seq(0); ; {
			var older int64
			rows := lookUp(t, q, func(v agent.View) (rows []agent.Record, err error) {
				rows, older, err = v.RowsOf(item, before, 2)
				return rows, err
			})
			var page []agent.Seq
			for _, r := range rows {
				page = append(page, r.Seq)
			}
			if got = slices.Concat(page, got); older == 0 {
				break
			}
			before = rows[0].Seq
		}
		if len(want) < 2 || !slices.Equal(got, want) {
			t.Errorf("of %s the log tells in %v, and %v was found", item, want, got)
		}
	}
	none := lookUp(t, q, func(v agent.View) ([]agent.Record, error) {
		rows, _, err := v.RowsOf("nothing", 0, 10)
		return rows, err
	})
	if len(none) != 0 {
		t.Errorf("of an item that was never there: %+v", none)
	}
}

// told are the kinds of event that a history tells of.
var told = []agent.Kind{
	agent.CountOpened, agent.CountChanged, agent.CountWidened, agent.RecountAsked, agent.UncountedDecided, agent.BookStated, agent.MovementsReceived, agent.AdjustmentApproved,
	agent.DeliveryChanged, agent.RequestPlanned, agent.RequestAttempted, agent.RequestOutcome, agent.BarcodeTaught,
}

func tells(e agent.Event, names []string) bool {
	return slices.Contains(told, e.Kind) && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(string(e.Data), name) })
}

// A source's movements are found by their ids, and no other source's.
func TestMovementsOfOneSource(t *testing.T) {
	q := openTemp(t)
	for _, facts := range everyKind() {
		put(t, q, facts)
	}
	for source, want := range map[string]int{"till": 1, "Till": 0, "": 0} {
		found := lookUp(t, q, func(v agent.View) (map[string]agent.Movement, error) { return v.MovementsBy(source, "1", "2") })
		if len(found) != want || want == 1 && (found["1"].Quantity != -3 || found["1"].Receipt != "R-1" || found["1"].Bin != shelf) {
			t.Errorf("of %q: %+v", source, found)
		}
	}
}
