package station_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

var (
	till  = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "till-2"}, Role: agent.POS, Origin: "till"}
	owner = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "owner"}, Role: agent.Admin, Origin: "local"}
)

// row spells one told movement.
func row(id string, quantity int64, at time.Time, more ...string) string {
	name := `"sku":"C"`
	if len(more) > 0 {
		name = strings.Join(more, ",")
	}
	return fmt.Sprintf(`{"id":%q,"occurred":%q,"quantity":%d,%s}`, id, at.Format(time.RFC3339Nano), quantity, name)
}

func told(rows ...string) station.TakeMovements {
	var a station.TakeMovements
	for _, r := range rows {
		a.Movements = append(a.Movements, json.RawMessage(r))
	}
	return a
}

func (s *testShop) take(a station.TakeMovements) station.Taken {
	s.t.Helper()
	taken := ask[station.Taken](s, till, "movements.take", a)
	if len(taken.Rows) != len(a.Movements) || taken.New+taken.Known+taken.Refused != len(a.Movements) {
		s.t.Errorf("%d rows were told, and the answer is %+v", len(a.Movements), taken)
	}
	return taken
}

func (s *testShop) moved(item agent.ItemID) (units int64, sources map[string]int) {
	s.t.Helper()
	sources = map[string]int{}
	s.read(func(v agent.View) error {
		all, err := v.MovementsOf(here, item, time.Time{})
		for _, m := range all {
			units += m.Quantity
			sources[m.Source]++
		}
		return err
	})
	return units, sources
}

// What a till tells is stored once, however often and by however many it is told.
func TestMovementsAreTakenOnce(t *testing.T) {
	s := openShop(t)
	at := morning.Add(-time.Minute)
	a := told(row("1", -2, at), row("2", 1, at, `"item":"cola"`, `"receipt":"R-7"`, `"bin":"A"`))
	if taken := s.take(a); taken.New != 2 || taken.Source != "till-2" || taken.Rows[0].Outcome != station.RowNew || taken.Rows[0].Sentence == "" {
		t.Errorf("told first: %+v", taken)
	}
	head := s.head()
	if taken := s.take(a); taken.Known != 2 || s.head() != head {
		t.Errorf("told again: %+v", taken)
	}
	if units, sources := s.moved(cola); units != -1 || sources["till-2"] != 2 {
		t.Errorf("%d moved, by %v", units, sources)
	}
	var all sync.WaitGroup
	b := told(row("3", -1, at), row("4", -1, at), row("3", -1, at))
	for range 8 {
		all.Go(func() {
			text, _ := json.Marshal(b)
			if _, err := s.Dispatch(t.Context(), till, "", "movements.take", text); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if units, _ := s.moved(cola); units != -3 {
		t.Errorf("told by eight at once: %d moved", units)
	}
	stored := ask[station.Stored](s, till, "movements.told", station.ToldBefore{IDs: []string{"2", "9", "2", "1"}})
	if len(stored.Movements) != 2 || stored.Movements[0].Receipt != "R-7" || stored.Movements[0].Kind != agent.Return || stored.Movements[1].Kind != agent.Sale {
		t.Errorf("what is stored: %+v", stored)
	}
}

// Each row is judged by itself: what cannot be is refused with a sentence, and the
// others are kept.
func TestRowsAreRefusedOneByOne(t *testing.T) {
	s := openShop(t)
	at := morning.Add(-time.Minute)
	s.take(told(row("told", -1, at)))
	for name, c := range map[string]struct{ row, code string }{
		"nothing moved":              {row("1", 0, at), "bad_quantity"},
		"a sale that adds":           {row("1", 2, at, `"sku":"C"`, `"kind":"sale"`), "bad_quantity"},
		"a return that takes":        {row("1", -2, at, `"sku":"C"`, `"kind":"return"`), "bad_quantity"},
		"a billion":                  {row("1", -2_000_000_000, at), "bad_quantity"},
		"the smallest number":        {row("1", -9223372036854775808, at), "bad_quantity"},
		"half a unit":                {`{"id":"1","occurred":"2026-03-02T08:59:00Z","quantity":-0.5,"sku":"C"}`, "bad_row"},
		"no such kind":               {row("1", -2, at, `"sku":"C"`, `"kind":"theft"`), "bad_kind"},
		"a kind of our own":          {row("1", -2, at, `"sku":"C"`, `"kind":"unexplained"`), "bad_kind"},
		"no item":                    {`{"id":"1","occurred":"2026-03-02T08:59:00Z","quantity":-1}`, "bad_item"},
		"two items":                  {row("1", -2, at, `"sku":"C"`, `"barcode":"123"`), "bad_item"},
		"an unknown item":            {row("1", -2, at, `"sku":"NEW"`), "unknown_item"},
		"an unknown barcode":         {row("1", -2, at, `"barcode":"4006381333931"`), "unknown_item"},
		"an unknown id":              {row("1", -2, at, `"item":"gone"`), "unknown_item"},
		"a misspelt item":            {row("1", -2, at, `"sku":"c"`), "unknown_item"},
		"no id":                      {row("", -2, at), "no_id"},
		"a hostile id":               {row("a\u202eb", -2, at), "bad_row"},
		"a long id":                  {row(strings.Repeat("x", 300), -2, at), "bad_row"},
		"yet to come":                {row("1", -2, morning.Add(6*time.Minute)), "bad_time"},
		"ten years ago":              {row("1", -2, morning.AddDate(-10, 0, 0)), "bad_time"},
		"no time":                    {`{"id":"1","quantity":-1,"sku":"C"}`, "no_time"},
		"no time zone":               {`{"id":"1","occurred":"2026-03-02T08:59:00","quantity":-1,"sku":"C"}`, "bad_row"},
		"a misspelt field":           {row("1", -2, at, `"sku":"C"`, `"recipt":"R"`), "bad_row"},
		"booked before it happened":  {row("1", -2, at, `"sku":"C"`, `"posted":"2026-03-02T08:00:00Z"`), "bad_posted"},
		"no object":                  {`[1]`, "bad_row"},
		"a blank before its id":      {row(" 1", -2, at), "bad_row"},
		"a blank behind its receipt": {row("1", -2, at, `"sku":"C"`, `"receipt":"R "`), "bad_row"},
		"an id of blanks":            {row("  ", -2, at), "bad_row"},
		"a quantity twice":           {row("1", -2, at, `"sku":"C"`, `"quantity":-5`), "bad_row"},
		"a quantity in capitals":     {row("1", -2, at, `"sku":"C"`, `"Quantity":-5`), "bad_row"},
		"a quantity as text":         {strings.Replace(row("1", -2, at), "-2", `"-2"`, 1), "bad_row"},
		"an id told otherwise":       {row("told", -2, at), "told_otherwise"},
		"an id of another item":      {row("told", -1, at, `"sku":"S"`), "told_otherwise"},
		"an id of another moment":    {row("told", -1, at.Add(time.Second)), "told_otherwise"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			before, _ := s.moved(cola)
			good := row("good "+name, -1, at)
			taken := s.take(told(c.row, good))
			if r := taken.Rows[0]; r.Outcome != station.RowRefused || r.Code != c.code || !strings.Contains(r.Sentence, "was not kept") {
				t.Errorf("%+v, want %s", r, c.code)
			}
			if after, _ := s.moved(cola); after != before-1 || taken.Rows[1].Outcome != station.RowNew {
				t.Errorf("the good row: %+v, moved %d", taken.Rows[1], after-before)
			}
		})
	}
}

// More than 1,000 rows are refused as a whole, and so is a till that tells under the
// shop's own name: the shop's sales would be taken for known ones.
func TestCallsThatAreRefused(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Feed: true, Source: "shopify"})
	at := morning.Add(-time.Minute)
	var many []string
	for n := range 10_000 {
		many = append(many, row(fmt.Sprint(n), -1, at))
	}
	s.refused("too_many_movements", till, "movements.take", told(many...))
	if taken := s.take(told(many[:1_000]...)); taken.New != 1_000 {
		t.Errorf("a thousand rows: %d new", taken.New)
	}
	as := func(name string, role agent.Role) agent.Caller {
		return agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: name}, Role: role}
	}
	a := told(row("1", -1, at))
	s.refused("bad_source", as("Shopify", agent.POS), "movements.take", a)
	s.refused("bad_source", owner, "movements.take", a)
	a.Source = "shopify"
	s.refused("bad_source", owner, "movements.take", a)
	if taken := s.take(a); taken.Source != "till-2/shopify" {
		t.Errorf("a till tells as %q", taken.Source)
	}
	s.refused("forbidden", boss, "movements.take", a)
	a.Source, a.Uncertainty = "x", 3_601
	s.refused("bad_uncertainty", owner, "movements.take", a)
}

// A case that is sold by its barcode is as many units as the catalogue says.
func TestAPackThatIsSoldIsItsUnits(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[0].Codes = []agent.Barcode{{Text: "96385074", Pack: 1}, {Text: "14006381333938", Pack: 12}}
	s.stock(items...)
	s.take(told(row("1", -2, morning, `"barcode":"14006381333938"`), row("2", -1, morning, `"barcode":"96385074"`)))
	if units, _ := s.moved(cola); units != -25 {
		t.Errorf("%d units moved, want -25", units)
	}
}

// Up to when a till is complete moves on with what it tells, never back, never past a
// row that is missing, and never into what is yet to come.
func TestUpToWhenATillIsComplete(t *testing.T) {
	s := openShop(t)
	until := func(at time.Time, rows ...string) station.Taken {
		t.Helper()
		a := told(rows...)
		a.CompleteUntil = at
		return s.take(a)
	}
	if taken := until(morning.Add(-time.Hour)); !taken.CompleteUntil.Equal(morning.Add(-time.Hour)) || taken.Note != "" {
		t.Errorf("%+v", taken)
	}
	if taken := until(morning.Add(-2 * time.Hour)); !taken.CompleteUntil.Equal(morning.Add(-time.Hour)) {
		t.Errorf("it went back: %+v", taken)
	}
	missing := morning.Add(-30 * time.Minute)
	if taken := until(morning.Add(-time.Minute), row("1", -1, missing, `"sku":"NEW"`)); !taken.CompleteUntil.Before(missing) || taken.CompleteUntil.Before(missing.Add(-time.Second)) || taken.Note == "" {
		t.Errorf("past a row that is missing: %+v", taken)
	}
	if taken := until(morning.Add(-time.Minute), `{"id":"2"}`); taken.Note == "" || taken.CompleteUntil.After(missing) {
		t.Errorf("though nobody knows when a missing row happened: %+v", taken)
	}
	if taken := until(morning.Add(time.Hour)); !taken.CompleteUntil.Equal(morning) || taken.Note == "" {
		t.Errorf("into what is yet to come: %+v", taken)
	}
	var mark agent.Watermark
	look := func() {
		s.read(func(v agent.View) error {
			all, err := v.Watermarks(here)
			for _, w := range all {
				if w.Source == "till-2" {
					mark = w
				}
			}
			return err
		})
	}
	if look(); mark.Offline || mark.Local.After(mark.Upstream.Add(-5*time.Second)) {
		t.Errorf("%+v", mark)
	}
	ask[station.Taken](s, till, "movements.take", station.TakeMovements{Gone: true})
	if look(); !mark.Offline {
		t.Errorf("a till that is gone is waited for: %+v", mark)
	}
}

// A row that is refused at the very moment up to which the source is said to be complete
// is missing, too; so is one that is refused after that was said.
func TestNoTillIsCompletePastARowThatIsMissing(t *testing.T) {
	s := openShop(t)
	sold := morning.Add(-10 * time.Minute)
	a := told(row("1", -1, sold, `"sku":"NEW"`))
	a.CompleteUntil = sold
	if taken := s.take(a); !taken.CompleteUntil.Equal(sold.Add(-time.Microsecond)) || taken.Note == "" {
		t.Errorf("at the same moment: %+v", taken)
	}
	a = told()
	a.CompleteUntil = morning
	if taken := s.take(a); !taken.CompleteUntil.Equal(morning) {
		t.Errorf("told on: %+v", taken)
	}
	if taken := s.take(told(row("2", -1, sold, `"sku":"NEW"`))); !taken.CompleteUntil.Equal(sold.Add(-time.Microsecond)) || taken.Note == "" {
		t.Errorf("refused afterwards: %+v", taken)
	}
	s.clock.pass(time.Hour)
	future := s.clock.Now().Add(20 * time.Minute) // really a sale of now or before
	a = told(row("3", -1, future, `"sku":"S"`))
	a.CompleteUntil = future
	if taken := s.take(a); taken.CompleteUntil.After(sold) || taken.Note == "" {
		t.Errorf("though nobody knows when a row happened that is yet to come: %+v", taken)
	}
}

// A till whose clock is ahead is not believed to the second: what it says of now is as
// wrong in all else that it tells.
func TestATillWhoseClockIsAhead(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Feed: true, Policy: agent.Policy{BasketTime: time.Second}})
	count, pass := s.begin(binA)
	s.state()
	s.clock.pass(30 * time.Minute)
	s.take(told(row("1", -1, s.clock.Now().Add(4*time.Minute), `"sku":"S"`), row("2", -1, s.clock.Now(), `"sku":"K"`)))
	s.clock.pass(time.Minute)
	s.count(pass, soap, binA, 2)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if v := s.review(count.ID)[soap]; v.Variance.Lo > 0 || v.Variance.Hi < 0 {
		t.Errorf("the truth, 0, lies outside of %+v: %s", v.Variance, v.Sentence)
	}
	stored := ask[station.Stored](s, till, "movements.told", station.ToldBefore{IDs: []string{"2"}})
	if doubt := stored.Movements[0].Uncertainty; doubt < 240 {
		t.Errorf("of another sale of the call it is believed to %v s", doubt)
	}
}

// When a till sends by its own clock shows how wrong that clock is: what it tells is as
// uncertain, also in later calls that do not say it, and a wrong clock is named.
func TestATillThatSaysWhenItSends(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Feed: true, Policy: agent.Policy{BasketTime: time.Second}})
	count, pass := s.begin(binA)
	s.state()
	s.clock.pass(30 * time.Minute)
	behind := func() time.Time { return s.clock.Now().Add(-3 * time.Minute) }
	call := told(row("1", -1, behind(), `"sku":"K"`))
	call.SentAt, call.CompleteUntil = behind(), behind()
	if taken := s.take(call); taken.ClockAhead != -180 || !strings.Contains(taken.ClockNote, "3m0s behind") {
		t.Errorf("%+v", taken)
	}
	s.clock.pass(time.Minute)
	s.count(pass, soap, binA, 3)
	s.clock.pass(time.Minute)
	s.take(told(row("2", -1, behind(), `"sku":"S"`))) // sold after it was counted, dated before
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if v := s.review(count.ID)[soap]; v.Variance.Lo > 0 || v.Variance.Hi < 0 {
		t.Errorf("the truth, 0, lies outside of %+v: %s", v.Variance, v.Sentence)
	}
	right := told(row("3", -1, s.clock.Now(), `"sku":"K"`))
	right.SentAt = s.clock.Now().Add(-time.Second)
	if taken := s.take(right); taken.ClockNote != "" || taken.ClockAhead != -1 {
		t.Errorf("its clock was set: %+v", taken)
	}
	stored := ask[station.Stored](s, till, "movements.told", station.ToldBefore{IDs: []string{"1", "2", "3"}})
	for i, want := range []time.Duration{3*time.Minute + 5*time.Second, 3*time.Minute + 5*time.Second, 5 * time.Second} {
		if doubt := stored.Movements[i].Uncertainty; doubt != want.Seconds() {
			t.Errorf("sale %d is believed to %v s, want %s", i+1, doubt, want)
		}
	}
	wild := told()
	wild.SentAt = s.clock.Now().Add(2 * time.Hour)
	s.refused("bad_clock", till, "movements.take", wild)
}

// What a row says wrongly is said in words, and not in those of a programming language.
func TestARowIsRefusedInWords(t *testing.T) {
	s := openShop(t)
	for bad, want := range map[string]string{
		`"quantity":"7"`:            "quantity is a whole number",
		`"quantity":-1.5`:           "quantity is a whole number",
		`"occurred":"yesterday"`:    "times with their zone",
		`"sku":7`:                   "sku is a text",
		`"sku":"C","sku":"S"`:       "the field sku twice",
		`"SKU":"C"`:                 `no field "SKU"`,
		`"sku":"C","recipt":"R-17"`: `no field "recipt"`,
	} {
		got := s.take(told(`{"id":"1",` + bad + `}`)).Rows[0].Sentence
		if !strings.Contains(got, want) || strings.Contains(got, "json") || strings.Contains(got, "2006-01-02") {
			t.Errorf("%s: %s", bad, got)
		}
	}
}

// A till that is silent is named, with what to do; one that was taken away, or says that
// it is gone, is waited for no more. That is so whether or not the shop tells what was sold.
func TestWhoIsWaitedForIsNamed(t *testing.T) {
	for name, feed := range map[string]bool{"the shop tells what was sold": true, "it does not": false} {
		for _, ended := range []string{"told on", "gone", "taken away"} {
			t.Run(name+", "+ended, func(t *testing.T) {
				s := openShopWith(t, station.Options{Location: here, Feed: feed, Source: "shop", Policy: agent.Policy{BasketTime: basket}})
				ask[station.Token](s, owner, "access.token", station.LetIn{Name: "till-2"})
				a := told()
				a.CompleteUntil = s.clock.Now()
				s.take(a)
				a.Source = "floor"
				s.take(a)
				s.clock.pass(time.Hour)
				id := s.counted()
				s.clock.pass(48 * time.Hour)
				s.settle()
				v := s.judged(id, soap, agent.Waiting, -2, -2)
				for _, part := range []string{"Waiting for what till-2", "told up to ", `movements import --gone --source "till-2`} {
					if !strings.Contains(v.Sentence, part) {
						t.Errorf("it does not say %q: %s", part, v.Sentence)
					}
				}
				for _, source := range []string{"", "floor"} {
					a.Source, a.CompleteUntil, a.Gone = source, s.clock.Now(), false
					if ended == "gone" {
						a.CompleteUntil, a.Gone = time.Time{}, true
					}
					if ended != "taken away" {
						s.take(a)
					}
				}
				if ended == "taken away" {
					ask[station.Given](s, owner, "access.revoke", station.OneAccess{Access: "till-2"})
				}
				s.judged(id, soap, agent.Ready, -2, -2)
			})
		}
	}
}

// One token cannot make counts wait for any number of names.
func TestATillTellsUnderFewNames(t *testing.T) {
	s := openShop(t)
	a := told()
	a.CompleteUntil = s.clock.Now()
	for n := range 20 {
		a.Source = fmt.Sprint("lane-", n)
		s.take(a)
	}
	a.Source = "lane-20"
	s.refused("too_many_sources", till, "movements.take", a)
	gone := told()
	gone.Source, gone.Gone = "lane-3", true
	s.take(gone)
	s.take(a)
}

// A till's sale that comes late, after its item was approved and sent, is asked about;
// when the shop posts the same receipt it is one sale, and its correction is ready.
func TestALateSaleOfATillIsCorrected(t *testing.T) {
	s := openShop(t)
	count := s.counted() // 1 of 3 soaps
	id := s.approveOne(count, soap)
	s.send(id, agent.Delivered)
	before := s.review(count)[soap]
	if before.Status != agent.Settled {
		t.Fatalf("before: %+v", before)
	}
	sold := before.Lines[0].Window.From.At.Add(-time.Minute)
	s.clock.pass(2 * time.Hour)
	s.take(told(row("late", -1, sold, `"sku":"S"`, `"receipt":"R-9"`)))
	asked := s.review(count)[soap]
	if asked.Status == agent.Settled || asked.Variance == agent.Exactly(0) {
		t.Errorf("a late sale changes nothing: %+v", asked)
	}
	now := s.clock.Now()
	s.put(event(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{{
		Source: "shop", SourceID: "late", Receipt: "R-9", Kind: agent.Sale, Item: soap, Location: here,
		Quantity: -1, Occurred: agent.Stamp{At: sold}, Posted: now,
	}}}))
	s.onHand[soap]--
	s.changed[soap] = now
	s.settle()
	after := s.review(count)[soap]
	if after.Status != agent.Ready || !after.Late || after.Variance != agent.Exactly(1) {
		t.Errorf("told by both: %s, late %v, %+v: %s", after.Status, after.Late, after.Variance, after.Sentence)
	}
}

// A program gets its token once; what is kept proves it and does not tell it.
func TestATillGetsAToken(t *testing.T) {
	s := openShopWith(t, station.Options{Location: here, Source: "shopify"})
	token := ask[station.Token](s, owner, "access.token", station.LetIn{Name: "till-2"})
	if len(token.Token) != 43 || token.Role != agent.POS || token.Name != "till-2" {
		t.Errorf("%+v", token)
	}
	s.refused("name_taken", owner, "access.token", station.LetIn{Name: "TILL-2"})
	for _, name := range []string{"", "a/b", "Shopify", "a\nb"} {
		s.refused("bad_name", owner, "access.token", station.LetIn{Name: name})
	}
	s.read(func(v agent.View) error {
		all, err := v.Accesses()
		if len(all) != 1 || strings.Contains(all[0].Hash, token.Token) {
			t.Errorf("kept: %+v", all)
		}
		return errors.Join(err)
	})
}
