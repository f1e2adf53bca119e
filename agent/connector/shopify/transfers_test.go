package shopify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func line(item agent.ItemID, units int64) shopifysim.Line {
	return shopifysim.Line{Item: string(item), Quantity: units}
}

// two is a rig with a second location that has units of each item.
func two(t testing.TB, w wish) (r *rig, second string) {
	t.Helper()
	r = newRig(t, w)
	return r, r.shop.AddLocation("Harbour")
}

func (r *rig) transfers() []agent.OpenTransfer {
	r.Helper()
	told, err := r.Transfers(r.Context(), r.at())
	if err != nil {
		r.Fatal(err)
	}
	return told
}

func TestOpenTransfersAreToldWithWhatIsUnderWay(t *testing.T) {
	r, second := two(t, wish{shop: everyScope})
	tea, mug := r.item("TEA", 40), r.item("MUG", 12)
	check(t, r.shop.Stock(string(tea), second, 30))
	third := r.shop.AddLocation("Hill")
	in := must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 10)))
	sent := must(t)(r.shop.ShipTransfer(in, line(tea, 8)))
	check(t, r.shop.ReceiveShipment(sent, line(tea, 5)))
	check(t, r.shop.RejectShipment(sent, line(tea, 1)))
	out := must(t)(r.shop.NewTransfer(r.shop.Main(), second, line(mug, 4), line(tea, 2)))
	must(t)(r.shop.NewTransfer(second, third, line(tea, 3))) // not ours
	done := must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 1)))
	check(t, r.shop.ReceiveShipment(must(t)(r.shop.ShipTransfer(done))))
	off := must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 1)))
	check(t, r.shop.CancelTransfer(off))

	told := r.transfers()
	if len(told) != 2 {
		t.Fatalf("told %+v", told)
	}
	byID := map[string]agent.OpenTransfer{told[0].ID: told[0], told[1].ID: told[1]}
	arriving := byID[in]
	want := agent.TransferLine{Item: tea, Asked: 10, Shipped: 8, Received: 5, Refused: 1}
	if len(arriving.Lines) != 1 || arriving.Lines[0] != want || arriving.Lines[0].UnderWay() != 2 {
		t.Errorf("what arrives is told as %+v", arriving)
	}
	if arriving.From != agent.LocationID(second) || arriving.FromName != "Harbour" || arriving.To != r.at() || arriving.Name == "" || arriving.Status != "IN_PROGRESS" || arriving.Since.IsZero() {
		t.Errorf("what arrives is told as %+v", arriving)
	}
	if leaving := byID[out]; leaving.From != r.at() || len(leaving.Lines) != 2 || leaving.Lines[0] != (agent.TransferLine{Item: mug, Asked: 4}) {
		t.Errorf("what leaves is told as %+v", leaving)
	}
}

func TestALongTransferIsToldWhole(t *testing.T) {
	r, second := two(t, wish{shop: everyScope})
	var lines []shopifysim.Line
	for i := range 60 {
		item := r.item(fmt.Sprint("S", i), 9)
		lines = append(lines, line(item, 3))
	}
	transfer := must(t)(r.shop.NewTransfer(r.shop.Main(), second, lines...))
	for i := range 15 {
		sent := must(t)(r.shop.ShipTransfer(transfer, lines[4*i:4*i+4]...))
		check(t, r.shop.ReceiveShipment(sent, lines[4*i]))
	}
	told := r.transfers()
	if len(told) != 1 || len(told[0].Lines) != 60 {
		t.Fatalf("told %+v", told)
	}
	for i, l := range told[0].Lines {
		received := int64(0)
		if i%4 == 0 {
			received = 3
		}
		if l.Asked != 3 || l.Shipped != 3 || l.Received != received {
			t.Errorf("line %d is told as %+v", i, l)
		}
	}
}

func TestWithoutThePermissionTransfersAreRefusedByItsName(t *testing.T) {
	for _, missing := range []string{"read_inventory_transfers", "read_inventory_shipments"} {
		r, second := two(t, wish{shop: func(o *shopifysim.Options) {
			for _, s := range shopifysim.EveryScope {
				if s != missing {
					o.Scopes = append(o.Scopes, s)
				}
			}
		}})
		tea := r.item("TEA", 40)
		must(t)(r.shop.ShipTransfer(must(t)(r.shop.NewTransfer(r.shop.Main(), second, line(tea, 1)))))
		_, err := r.Transfers(r.Context(), r.at())
		e := agent.AsError(err)
		if e.Class != agent.Refuse || !strings.Contains(e.What, missing) || !strings.Contains(e.Do, missing) {
			t.Errorf("without %s the refusal is %v", missing, err)
		}
	}
}

// scopesWithoutHistory can read transfers but not the history.
func scopesWithoutHistory(o *shopifysim.Options) {
	o.Scopes = append(append([]string(nil), shopifysim.AllScopes...), "read_inventory_transfers", "read_inventory_shipments")
}

// follow sweeps every ten seconds for a while, more rarely where that is long.
func (b *book) follow(r *rig, d time.Duration) {
	r.Helper()
	for end := r.clock.Now().Add(d); r.clock.Now().Before(end); {
		r.clock.pass(max(10*time.Second, d/60))
		b.sweep(r)
	}
}

// Without the history shipments are compared from reading to reading. What people say
// of their dates is not believed, and what came in later parts is told in parts.
func TestShipmentsAreToldAsMovementsWithoutTheHistory(t *testing.T) {
	for _, off := range []time.Duration{0, -72 * time.Hour, 5 * time.Second} {
		r, second := two(t, wish{shop: func(o *shopifysim.Options) { scopesWithoutHistory(o); o.ShipmentDates = off }})
		tea := r.item("TEA", 40)
		check(t, r.shop.Stock(string(tea), second, 30))
		r.clock.pass(time.Minute)
		var b book
		b.sweep(r)
		in := must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 10)))
		sent := must(t)(r.shop.ShipTransfer(in))
		b.follow(r, 2*time.Minute)
		check(t, r.shop.ReceiveShipment(sent, line(tea, 6)))
		posted := r.clock.shop().Truncate(time.Second)
		b.follow(r, 2*time.Minute)
		check(t, r.shop.ReceiveShipment(sent))
		b.follow(r, 2*time.Minute)
		out := must(t)(r.shop.NewTransfer(r.shop.Main(), second, line(tea, 3)))
		must(t)(r.shop.ShipTransfer(out))
		b.follow(r, 2*time.Minute)
		if b.sum(tea) != 7 || len(b.order) != 3 {
			t.Fatalf("off by %v: told %+v", off, b.order)
		}
		for i, want := range []int64{6, 4, -3} {
			m := b.order[i]
			if m.Quantity != want || m.Kind != agent.Transfer || !strings.HasPrefix(m.Receipt, "#T") || m.Source != transferSource || m.Location != r.at() {
				t.Errorf("off by %v: told %+v", off, m)
			}
		}
		if off != 5*time.Second && !b.order[0].Posted.Equal(posted) {
			t.Errorf("off by %v: posted at %v, told as %v", off, posted, b.order[0].Posted)
		}
		for _, m := range b.order {
			if contains, known := r.level(tea).Contains(m); !contains || !known {
				t.Errorf("off by %v: the statement contains %+v: %v, known %v", off, m, contains, known)
			}
		}
		r.onHand(tea, 47)
	}
}

// A page that was not stored is told again, after it was asked for again.
func TestAPageThatWasNotStoredTellsShipmentsAgain(t *testing.T) {
	r, second := two(t, wish{shop: scopesWithoutHistory})
	tea := r.item("TEA", 40)
	var b book
	b.sweep(r)
	b.follow(r, 70*time.Second)
	must(t)(r.shop.ShipTransfer(must(t)(r.shop.NewTransfer(r.shop.Main(), second, line(tea, 3)))))
	r.clock.pass(70 * time.Second)
	for try := range 3 {
		page, err := r.Movements(r.Context(), r.at(), b.cursor)
		check(t, err)
		if len(page.Rows) != 1 || page.Rows[0].Quantity != -3 {
			t.Fatalf("try %d: told %+v", try, page.Rows)
		}
	}
	b.sweep(r)
	b.follow(r, 3*time.Minute)
	if b.sum(tea) != -3 || len(b.order) != 1 {
		t.Errorf("told %+v", b.order)
	}
}

// A new agent knows nothing of what was before: it tells nothing of it either.
func TestAfterAStartShipmentsAreNotToldAgain(t *testing.T) {
	r, second := two(t, wish{shop: scopesWithoutHistory})
	tea := r.item("TEA", 40)
	check(t, r.shop.Stock(string(tea), second, 30))
	var b book
	b.sweep(r)
	sent := must(t)(r.shop.ShipTransfer(must(t)(r.shop.NewTransfer(second, r.shop.Main(), line(tea, 10)))))
	check(t, r.shop.ReceiveShipment(sent, line(tea, 4)))
	b.follow(r, 2*time.Minute)
	r.Connector = r.connect(`search_lag = "0s"`)
	b.follow(r, 2*time.Minute)
	check(t, r.shop.ReceiveShipment(sent, line(tea, 1)))
	b.follow(r, 2*time.Minute)
	if b.sum(tea) != 5 || len(b.order) != 2 {
		t.Errorf("told %+v", b.order)
	}
}
