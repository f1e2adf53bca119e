package queue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// everyKind is one life of a count, with each kind of event in it at least once.
func everyKind() []agent.Facts {
	seven := int64(7)
	book := agent.Book{
		Item: cola, Location: shop, OnHand: 45, Available: 44, Committed: 1, Tracked: true, Stocked: true,
		Changed: start, Stated: start.Add(time.Minute), Tick: time.Second, At: sec(60),
	}
	adjust := func(id agent.AdjustmentID, item agent.ItemID) agent.Adjustment {
		return agent.Adjustment{
			ID: id, Count: "count-1", Item: item, Location: shop, Counted: 41, Expected: 42, Variance: -1,
			Book: book, CutOff: sec(50), Reason: "shrinkage", By: anna, Sentence: "counted 41, expected 42",
		}
	}
	problem := &agent.Error{Code: "conflict.changed", Class: agent.Clash, What: "It was changed.", Means: "Nothing was sent.", Do: "Recount."}
	count := agent.Count{
		ID: "count-1", Name: "Monday \u00e9\u4e2d", Type: agent.Cycle, Location: shop, Policy: agent.Policy{}.WithDefaults(),
		State: agent.CountOpen, Opened: sec(1), OpenedBy: anna,
	}
	pass := agent.Pass{ID: "pass-1", Count: "count-1", Zone: "A", Bin: shelf, Person: anna, Device: gun, Started: sec(2)}
	typed := read(24)
	typed.Actor, typed.Device, typed.Sequence, typed.Raw, typed.Code, typed.Op, typed.Quantity = anna, "", 0, nil, barcode.Code{}, agent.Set, seven
	moved := read(25)
	moved.Op, moved.Bin, moved.Item, moved.Cond, moved.Quantity = agent.Move, "A-01-2", "", "", 0
	noted := read(26)
	noted.Op, noted.Item, noted.Cond, noted.Flags, noted.Raw, noted.Code = agent.Note, "", "", agent.Unknown|agent.EndedByQuiet, []byte{0, 255, '\n'}, barcode.Parse([]byte{0, 255, '\n'})
	damagedGoods := read(27)
	damagedGoods.Cond, damagedGoods.Bin = agent.Damaged, "A-01-2"
	undone := read(28)
	undone.Op, undone.Voids, undone.Item, undone.Cond, undone.Quantity = agent.Void, 5, "", "", 0
	return []agent.Facts{
		events(agent.NewEvent(agent.RunStarted, agent.RunFact{Version: "1", Boot: "b", Wall: start})),
		events(agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: time.Second})),
		events(agent.NewEvent(agent.CountOpened, count)),
		events(agent.NewEvent(agent.PassOpened, pass)),
		scans(read(20), read(21), typed, moved, noted, damagedGoods, undone),
		events(agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: "pass-1", At: sec(40)})),
		events(agent.NewEvent(agent.CountChanged, agent.CountFact{Count: "count-1", State: agent.CountClosed, At: sec(50)})),
		events(agent.NewEvent(agent.RecountAsked, agent.Recount{Count: "count-1", Round: 1, Items: []agent.ItemID{cola}, By: anna, Why: "twice"})),
		events(agent.NewEvent(agent.BookStated, agent.BookFact{Books: []agent.Book{book}})),
		{Events: []agent.Event{agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{{
			Source: "till", SourceID: "1", Receipt: "R-1", Kind: agent.Sale, Item: cola, Location: shop, Bin: shelf, Quantity: -3, Occurred: sec(30), Posted: start.Add(31 * time.Second),
		}}})}, Watermarks: []agent.Watermark{{Source: "till", Location: shop, Upstream: start, Local: start, Cursor: "c"}}},
		events(agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{adjust("adjustment-1", cola), adjust("adjustment-2", crisps)}})),
		events(agent.NewEvent(agent.RequestPlanned, agent.Request{
			ID: "request-1", Location: shop, State: agent.RequestStored, Document: agent.Document{Key: "k", Body: []byte{0, 1, 255}, Mode: "delta"},
			Lines: []agent.Planned{{Adjustment: "adjustment-1", Item: cola, Observed: book, Counted: 41, Expected: 42, Delta: -1, Target: 44, CutOff: sec(50)}},
		})),
		events(agent.NewEvent(agent.RequestAttempted, agent.AttemptFact{Request: "request-1", Attempt: 1, At: start.Add(time.Hour)})),
		events(agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
			Request: "request-1", State: agent.RequestAnswered, Outcome: agent.Outcome{Class: agent.OutcomeApplied, Ref: "r"},
			Changes: []agent.DeliveryFact{{Adjustment: "adjustment-1", State: agent.Delivered}},
			Applied: []agent.Applied{{Adjustment: "adjustment-1", Item: cola, Location: shop, Delta: -1, After: 16}},
		})),
		events(agent.NewEvent(agent.DeliveryChanged, agent.DeliveryFact{Adjustment: "adjustment-2", State: agent.Conflict, Problem: problem})),
		events(agent.NewEvent(agent.AccessGranted, agent.Access{ID: "a", Name: "tablet", Role: agent.Counter, Hash: "00", Given: start})),
		events(agent.NewEvent(agent.AccessGranted, agent.Access{ID: "b", Name: "office", Role: agent.Manager, Hash: "11", Given: start})),
		events(agent.NewEvent(agent.AccessRevoked, agent.AccessFact{ID: "a"})),
		events(agent.NewEvent(agent.DevicePaired, agent.PairedDevice{Device: gun, Name: "Till 1", Settings: json.RawMessage(`{"driver":"serial"}`)})),
		events(agent.NewEvent(agent.DevicePaired, agent.PairedDevice{Device: "hidpos:1", Name: "Old", Settings: json.RawMessage(`{"driver":"hid-pos"}`)})),
		events(agent.NewEvent(agent.DevicePaired, agent.PairedDevice{Device: gun, Name: "Till 2", Settings: json.RawMessage(`{"driver":"serial","baud":115200}`)})),
		events(agent.NewEvent(agent.DeviceUnpaired, agent.DeviceFact{Device: "hidpos:1"})),
		events(agent.NewEvent(agent.PersonAdded, agent.Person{ID: "Anna", Name: "Anna", Role: agent.Manager, Added: start})),
		events(agent.NewEvent(agent.PersonAdded, agent.Person{ID: "Ben", Name: "Ben", Role: agent.Counter, Badge: agent.BadgeProof("B1", []byte("salt")), Added: start})),
		events(agent.NewEvent(agent.PersonAdded, agent.Person{ID: "Zoe", Name: "Zoe", Role: agent.Counter, PIN: "x", Added: start})),
		events(agent.NewEvent(agent.PersonChanged, agent.Person{ID: "Anna", Name: "Anna", Role: agent.Counter, PIN: "y", Added: start})),
		events(agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "b", Person: "Anna", By: agent.ByPIN})),
		events(agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "c", Person: "Zoe", By: agent.ByPIN})),
		events(agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "b", Person: "Ben", By: agent.ByBadge})),
		events(agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: "Zoe"})),
		events(agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "d", Person: "Ben", By: agent.ByPIN})),
		events(agent.NewEvent(agent.PersonSignedOut, agent.AccessFact{ID: "d"})),
		events(agent.NewEvent(agent.CountClassed, agent.ClassFact{Count: "count-1", Classes: map[string][]agent.ItemID{"A": {cola}, "B": {crisps}}})),
		events(agent.NewEvent(agent.BarcodeTaught, agent.TaughtFact{Text: "CASE", Key: "CASE", OtherKey: "OTHER", Item: cola, Pack: 12})),
		events(agent.NewEvent(agent.BarcodeTaught, agent.TaughtFact{Text: "gone", Key: "gone", Item: crisps, Pack: 1})),
		events(agent.NewEvent(agent.BarcodeForgotten, agent.ForgottenFact{Text: "gone"})),
		events(agent.NewEvent(agent.CountOpened, agent.Count{
			ID: "count-2", Name: "Spot check", Type: agent.Spot, Location: shop, Policy: agent.Policy{MaxAge: time.Hour}.WithDefaults(),
			State: agent.CountOpen, Opened: sec(70), OpenedBy: anna, Sample: json.RawMessage(`{"seed":"x"}`),
			Scope: agent.Scope{Zones: []agent.Zone{"A"}, Bins: []agent.Bin{shelf}, Items: []agent.ItemID{crisps, cola}, Classes: []string{"A"}},
		})),
		events(agent.NewEvent(agent.CountWidened, agent.WidenFact{Count: "count-2", Items: []agent.ItemID{"new", cola}, Bins: []agent.Bin{shelf, "A-01-2"}})),
		events(agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-2", Count: "count-2", Zone: "A", Person: anna, Started: sec(71)})),
		events(agent.NewEvent(agent.PassMoved, agent.PlaceFact{Pass: "pass-2", Zone: "B"})),
		events(agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-3", Count: "count-2", Device: gun, Person: anna, Started: sec(72)})),
		scans(commands()...),
		events(agent.NewEvent(agent.UncountedDecided, agent.UncountedFact{
			Count: "count-2", Zone: "B", Pass: "pass-2", Decided: []agent.DecidedUncounted{{Item: cola, Bin: shelf, As: agent.KeepUncounted}},
		})),
		events(agent.NewEvent(agent.DamagedAsked, agent.DamagedFact{Count: "count-1", Item: cola, Location: shop, Quantity: 3, At: sec(80)})),
		events(agent.NewEvent(agent.DamagedAsked, agent.DamagedFact{Count: "count-1", Item: crisps, Location: shop, Quantity: 1, At: sec(80)})),
		events(agent.NewEvent(agent.DamagedMoved, agent.DamagedFact{Count: "count-1", Item: crisps, Location: shop, Quantity: 1, At: sec(81)})),
		events(agent.NewEvent(agent.UploadPaused, agent.PauseFact{Why: "stocktaking"}), agent.NewEvent(agent.UploadResumed, agent.PauseFact{})),
		events(agent.NewEvent(agent.UploadPaused, agent.PauseFact{Why: "prices move"})),
	}
}

// commands are scans of a badge, of a serial number and of what the next item counts as.
func commands() []agent.Scan {
	badge, serial, times := read(73), read(74), read(75)
	badge.Code, badge.Raw, badge.Flags, badge.Actor = barcode.Code{Kind: barcode.Badge, Value: "Ben"}, nil, agent.NotArticle|agent.Done, anna
	serial.Raw = []byte("010400638133393121ABC")
	serial.Code, serial.Flags = barcode.Parse(serial.Raw), agent.HasSerial
	times.Raw = []byte("SH.C.X12")
	times.Code, times.Flags, times.Quantity = barcode.Parse(times.Raw), agent.NotArticle|agent.Awaiting|agent.Done, 12
	all := []agent.Scan{badge, serial, times}
	for i := range all {
		all[i].Count, all[i].Pass = "count-2", "pass-3"
		if i != 1 {
			all[i].Op, all[i].Item = agent.Note, ""
		}
	}
	return all
}

// everything is all that a view tells about the shop of the tests.
type everything struct {
	Log        []agent.Record
	Counts     []agent.Count
	Passes     []agent.Pass
	Listed     []agent.ItemID `json:",omitempty"` // since schema 2
	Lines      []agent.Line
	Recounts   []agent.Recount
	Tally      agent.Tally
	Devices    []agent.DeviceTally
	Scans      []agent.Scan
	Voided     map[agent.Seq]agent.Seq
	Books      []agent.Book
	Movements  []agent.Movement
	Applied    []agent.Applied
	Watermarks []agent.Watermark
	Deliveries []agent.Delivery
	Requests   []agent.Request
	Accesses   []agent.Access
	Paired     []agent.PairedDevice    `json:",omitempty"` // since schema 2
	People     []agent.Person          `json:",omitempty"` // since schema 2
	Working    []agent.Working         `json:",omitempty"` // since schema 2
	Classes    map[agent.ItemID]string `json:",omitempty"` // since schema 2
	Taught     []agent.Taught          `json:",omitempty"` // since schema 2
	Awaited    []agent.Awaited         `json:",omitempty"` // since schema 2
	Bearers    []agent.Bearer          `json:",omitempty"` // since schema 2
	Serials    []agent.Seq             `json:",omitempty"` // since schema 2
	Wishes     []agent.DamagedWish     `json:",omitempty"` // since schema 2
	Next       [4]int64
}

func allOf(t testing.TB, q *Queue) everything {
	t.Helper()
	return lookUp(t, q, func(v agent.View) (e everything, err error) {
		var failed []error
		note := func(err error) { failed = append(failed, err) }
		e.Log, err = v.Log(0, 1<<20)
		note(err)
		e.Counts, err = v.Counts()
		note(err)
		for _, c := range e.Counts {
			passes, err := v.Passes(c.ID)
			note(err)
			e.Passes = append(e.Passes, passes...)
			listed, err := v.Listed(c.ID)
			note(err)
			e.Listed = append(e.Listed, listed...)
			lines, err := v.Lines(c.ID)
			note(err)
			e.Lines = append(e.Lines, lines...)
			recounts, err := v.Recounts(c.ID)
			note(err)
			e.Recounts = append(e.Recounts, recounts...)
		}
		e.Tally, err = v.Tally("count-1")
		note(err)
		e.Devices, err = v.Devices()
		note(err)
		e.Scans, err = v.Scans(agent.ScanQuery{Limit: 1 << 20})
		note(err)
		var seqs []agent.Seq
		for _, s := range e.Scans {
			seqs = append(seqs, s.Seq)
		}
		e.Voided, err = v.Voided(seqs...)
		note(err)
		for _, item := range []agent.ItemID{cola, crisps} {
			books, err := v.Books(shop, item, time.Time{})
			note(err)
			e.Books = append(e.Books, books...)
			movements, err := v.MovementsOf(shop, item, time.Time{})
			note(err)
			e.Movements = append(e.Movements, movements...)
			applied, err := v.AppliedTo(shop, item)
			note(err)
			e.Applied = append(e.Applied, applied...)
		}
		e.Watermarks, err = v.Watermarks(shop)
		note(err)
		e.Deliveries, err = v.Deliveries()
		note(err)
		e.Requests, err = v.Requests()
		note(err)
		e.Accesses, err = v.Accesses()
		note(err)
		e.Paired, err = v.PairedDevices()
		note(err)
		e.People, err = v.People()
		note(err)
		for _, access := range []string{"a", "b", "c", "d"} {
			person, by, found, err := v.SignedIn(access)
			note(err)
			if found {
				e.Working = append(e.Working, agent.Working{Person: person, By: by})
			}
		}
		e.Classes, err = v.ClassesOf("count-1")
		note(err)
		e.Taught, err = v.TaughtBarcodes()
		note(err)
		if next, found, err := v.Awaited("pass-3"); found {
			note(err)
			e.Awaited = append(e.Awaited, next)
		}
		if bearer, found, err := v.Bearer(gun); found {
			note(err)
			e.Bearers = append(e.Bearers, bearer)
		}
		if seq, found, err := v.CountedSerial("count-2", cola, 0, "ABC"); found {
			note(err)
			e.Serials = append(e.Serials, seq)
		}
		e.Wishes, err = v.DamagedWishes("count-1")
		note(err)
		for i, noun := range []string{"count", "pass", "adjustment", "request"} {
			e.Next[i], err = v.Next(noun)
			note(err)
		}
		return e, errors.Join(failed...)
	})
}

// text spells everything, for comparing and for reading what differs.
func (e everything) text(t testing.TB) string {
	t.Helper()
	data, err := json.MarshalIndent(e, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEveryKindOfFactIsThereAfterReopening(t *testing.T) {
	path := tempPath(t)
	q := openAt(t, path)
	kinds := map[agent.Kind]bool{agent.CatalogImported: true, agent.CatalogChanged: true} // Replace and Update write them; see the tests of the catalogue
	for _, facts := range everyKind() {
		put(t, q, facts)
		for _, e := range facts.Events {
			kinds[e.Kind] = true
		}
	}
	for kind := range appliers {
		if !kinds[kind] {
			t.Errorf("no %s was written", kind)
		}
	}
	before := allOf(t, q)
	checkSound(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	if after := allOf(t, q); !reflect.DeepEqual(before, after) {
		t.Errorf("before %s\nafter %s", before.text(t), after.text(t))
	}
	if line := before.Lines; len(line) != 3 || line[0].Good != 7 || line[1].Damaged != 1 {
		t.Errorf("lines %+v", line)
	}
	if got := before.Tally; got.Entries != 5 || got.Voided != 1 || got.Noted != 1 || got.Unknown != 1 || got.Units != 8 {
		t.Errorf("tally %+v", got)
	}
	if r := before.Requests; len(r) != 1 || !bytes.Equal(r[0].Document.Body, []byte{0, 1, 255}) || r[0].Attempts != 1 || r[0].Outcome.Ref != "r" {
		t.Errorf("requests %+v", r)
	}
	if d := before.Deliveries; len(d) != 2 || d[0].State != agent.Delivered || d[1].State != agent.Conflict || d[1].Problem == nil || d[1].Tries != 1 {
		t.Errorf("deliveries %+v", d)
	}
	if want := []agent.ItemID{crisps, cola, "new"}; !slices.Equal(before.Listed, want) || before.Counts[1].Scope.Listed != 3 || len(before.Counts[1].Scope.Items) != 0 {
		t.Errorf("listed %v of %+v", before.Listed, before.Counts[1].Scope)
	}
	if got := before.Counts[1].Scope.Bins; !slices.Equal(got, []agent.Bin{shelf, "A-01-2"}) || before.Passes[1].Zone != "B" {
		t.Errorf("bins %v, pass %+v", got, before.Passes[1])
	}
	if before.Next != [4]int64{3, 4, 3, 2} {
		t.Errorf("next numbers %v", before.Next)
	}
}

func drawText(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "4006381333931", "\x00", "]E04006381333931", "000000000000000001", "1", "ÿ", "96385074", "\xff\xfe"}),
		rapid.String(), rapid.StringMatching(`[0-9]{1,20}`),
	).Draw(t, name)
}

func drawStamp(t *rapid.T, name string) agent.Stamp {
	if rapid.IntRange(0, 9).Draw(t, name+" none") == 0 {
		return agent.Stamp{}
	}
	return agent.Stamp{
		At:          start.Add(time.Duration(rapid.Int64Range(-1<<55, 1<<55).Draw(t, name))),
		Uncertainty: time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, name+" uncertainty")),
	}
}

func drawScan(t *rapid.T, last agent.Seq) agent.Scan {
	raw := []byte(drawText(t, "raw"))
	code := barcode.Parse(raw)
	if rapid.Bool().Draw(t, "odd code") {
		code = barcode.Code{Text: drawText(t, "text"), Key: drawText(t, "key"), Symbology: drawText(t, "symbology"), BadCheckDigit: rapid.Bool().Draw(t, "bad")}
		if rapid.Bool().Draw(t, "more") {
			code.Kind, code.OtherKey, code.Value = barcode.Kind(drawText(t, "kind")), drawText(t, "other key"), drawText(t, "value")
			code.AddOn, code.Malformed = drawText(t, "add-on"), rapid.Bool().Draw(t, "malformed")
			code.Amount = barcode.Amount{Of: barcode.Price, Value: rapid.Int64().Draw(t, "amount"), Decimals: 2, Currency: drawText(t, "currency")}
		}
	}
	s := agent.Scan{
		Actor: anna, Device: agent.DeviceID(drawText(t, "device")), Sequence: rapid.Int64().Draw(t, "sequence"),
		Run: agent.Seq(rapid.Int64Range(0, 5).Draw(t, "run")), Raw: raw, Code: code,
		Op:    rapid.SampledFrom(opCodes).Draw(t, "op"),
		Count: rapid.SampledFrom([]agent.CountID{"count-1", "count-1", "count-2", ""}).Draw(t, "count"),
		Pass:  rapid.SampledFrom([]agent.PassID{"pass-1", "pass-1", "pass-2", ""}).Draw(t, "pass"),
		Round: rapid.Int64Range(0, 2).Draw(t, "round"),
		Item:  rapid.SampledFrom([]agent.ItemID{cola, crisps, ""}).Draw(t, "item"),
		Bin:   agent.Bin(rapid.SampledFrom([]string{"", string(shelf), "B"}).Draw(t, "bin")), Quantity: rapid.Int64Range(-1000, 1000).Draw(t, "quantity"),
		Cond:  rapid.SampledFrom(condCodes).Draw(t, "cond"),
		Flags: agent.ScanFlag(rapid.Int64Range(0, 4095).Draw(t, "flags")), Read: drawStamp(t, "read"), Mono: rapid.Int64().Draw(t, "mono"),
	}
	if s.Op == agent.Void || s.Op == agent.Add && rapid.IntRange(0, 3).Draw(t, "accepts") == 0 {
		s.Voids = agent.Seq(rapid.Int64Range(0, int64(last)+1).Draw(t, "voids"))
	}
	return s
}

func drawEvent(t *rapid.T) agent.Event {
	n := rapid.IntRange(1, 3).Draw(t, "n")
	item := rapid.SampledFrom([]agent.ItemID{cola, crisps}).Draw(t, "item")
	adjustment, request := agent.AdjustmentID(fmt.Sprintf("adjustment-%d", n)), agent.RequestID(fmt.Sprintf("request-%d", n))
	state := rapid.SampledFrom([]agent.DeliveryState{agent.Pending, agent.Sending, agent.Staged, agent.InDoubt, agent.Delivered, agent.Rejected, agent.Conflict, agent.Superseded}).Draw(t, "state")
	fact := agent.DeliveryFact{Adjustment: adjustment, State: state}
	if rapid.Bool().Draw(t, "problem") {
		fact.Problem = &agent.Error{Code: "c", Class: agent.Clash, What: drawText(t, "what")}
	}
	book := agent.Book{Item: item, Location: shop, OnHand: int64(n), At: drawStamp(t, "stated"), Changed: drawStamp(t, "changed").At, Tick: time.Duration(n)}
	switch rapid.IntRange(0, 20).Draw(t, "kind") {
	case 0:
		return agent.NewEvent(agent.CountOpened, agent.Count{ID: agent.CountID(fmt.Sprintf("count-%d", n)), Name: drawText(t, "name"), Opened: drawStamp(t, "opened"), State: agent.CountOpen, Location: shop, OpenedBy: anna})
	case 1:
		return agent.NewEvent(agent.CountChanged, agent.CountFact{Count: agent.CountID(fmt.Sprintf("count-%d", n)), State: rapid.SampledFrom([]agent.CountState{agent.CountOpen, agent.CountClosed, agent.CountDone}).Draw(t, "to"), At: drawStamp(t, "at")})
	case 2:
		return agent.NewEvent(agent.PassOpened, agent.Pass{ID: agent.PassID(fmt.Sprintf("pass-%d", n)), Count: "count-1", Person: anna, Device: agent.DeviceID(rapid.SampledFrom([]string{"", string(gun)}).Draw(t, "owns")), Started: drawStamp(t, "started")})
	case 3:
		return agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: agent.PassID(fmt.Sprintf("pass-%d", n)), At: sec(n)})
	case 4:
		return agent.NewEvent(agent.RecountAsked, agent.Recount{Count: "count-1", Round: int64(n), Items: []agent.ItemID{item}, By: anna})
	case 5:
		return agent.NewEvent(agent.BookStated, agent.BookFact{Books: []agent.Book{book, book}})
	case 6:
		m := agent.Movement{Source: "till", SourceID: fmt.Sprint(n), Item: item, Location: shop, Quantity: -1, Occurred: drawStamp(t, "occurred")}
		return agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{m, m}})
	case 7:
		return agent.NewEvent(agent.AdjustmentApproved, agent.AdjustmentFact{Adjustments: []agent.Adjustment{{ID: adjustment, Count: "count-1", Item: item, Location: shop, Variance: int64(n), By: anna}}})
	case 8:
		return agent.NewEvent(agent.DeliveryChanged, fact)
	case 9:
		return agent.NewEvent(agent.RequestPlanned, agent.Request{ID: request, Location: shop, State: agent.RequestStored, Lines: []agent.Planned{{Adjustment: adjustment, Item: item, Observed: book}}})
	case 10:
		return agent.NewEvent(agent.RequestAttempted, agent.AttemptFact{Request: request, Attempt: int64(n), At: start})
	case 11:
		return agent.NewEvent(agent.RequestOutcome, agent.AnswerFact{
			Request: request, State: agent.RequestAnswered, Changes: []agent.DeliveryFact{fact},
			Applied: []agent.Applied{{Adjustment: adjustment, Item: item, Location: shop, Delta: 1}},
		})
	case 12:
		return agent.NewEvent(agent.AccessGranted, agent.Access{ID: fmt.Sprint(n), Hash: fmt.Sprint(n * 11), Name: drawText(t, "who")})
	case 13:
		return agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: time.Duration(rapid.Int64Range(-1<<45, 1<<45).Draw(t, "step"))})
	case 14, 15, 16, 17, 18, 19:
		return drawPersonEvent(t, n)
	default:
		return agent.NewEvent(agent.AccessRevoked, agent.AccessFact{ID: fmt.Sprint(n)})
	}
}

func drawPersonEvent(t *rapid.T, n int) agent.Event {
	who, access := agent.PersonID(fmt.Sprint("person ", n)), fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "access"))
	person := agent.Person{ID: who, Name: drawText(t, "person"), Role: agent.Counter, Badge: drawText(t, "badge")}
	switch rapid.IntRange(0, 6).Draw(t, "person's kind") {
	case 0, 1:
		return agent.NewEvent(agent.PersonAdded, person)
	case 2:
		return agent.NewEvent(agent.PersonChanged, person)
	case 3:
		return agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: who})
	case 4:
		return agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: access, Person: who, By: agent.ByPIN})
	case 5:
		return agent.NewEvent(agent.PersonSignedOut, agent.AccessFact{ID: access})
	}
	return agent.NewEvent(agent.CountClassed, agent.ClassFact{Count: "count-1", Classes: map[string][]agent.ItemID{drawText(t, "class"): {cola}}})
}

// What is written can be read as it was, and the views follow from the log alone,
// whatever is written in whatever order. Most of what is drawn fits what is there;
// the rest must be refused whole.
func TestViewsFollowFromTheLog(t *testing.T) {
	dir := t.TempDir()
	accepted, refusals := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		folder, err := os.MkdirTemp(dir, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(folder)
		path := filepath.Join(folder, "stockhand.db")
		q, err := Open(t.Context(), path, Options{AllowFUSE: true})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { q.Close() }()
		openCount(t, q, 2)
		wrote := map[agent.Seq]agent.Scan{}
		for range rapid.IntRange(5, 25).Draw(rt, "writes") {
			var f agent.Facts
			if rapid.Bool().Draw(rt, "scan") {
				for range rapid.IntRange(1, 4).Draw(rt, "scans") {
					f.Scans = append(f.Scans, drawScan(rt, agent.Seq(q.head.Load())))
				}
			} else {
				f.Events = append(f.Events, drawEvent(rt))
			}
			head := q.head.Load()
			ack, err := tryPut(q, f)
			if err != nil {
				if refusals++; agent.AsError(err).Class != agent.Clash {
					rt.Fatalf("%+v: %v", f, err)
				}
				if q.head.Load() != head {
					rt.Fatalf("a refused write moved the head")
				}
				continue
			}
			accepted++
			for i, s := range f.Scans {
				complete, err := completeScan(s, anna)
				if err != nil {
					rt.Fatal(err)
				}
				complete.Seq = ack.First + agent.Seq(i)
				wrote[complete.Seq] = *complete
			}
		}
		checkScans(rt, allOf(t, q), wrote)
		checkReports(rt, t, q)
		before := allOf(t, q)
		if err := q.Close(); err != nil {
			rt.Fatal(err)
		}
		if q, err = Open(t.Context(), path, Options{AllowFUSE: true}); err != nil {
			rt.Fatal(err)
		}
		if after := allOf(t, q); !reflect.DeepEqual(before, after) {
			rt.Fatalf("before %s\nafter %s", before.text(t), after.text(t))
		}
	})
	t.Logf("%d writes accepted, %d refused", accepted, refusals)
	if accepted < refusals/4 {
		t.Errorf("only %d of %d writes were accepted: the draw is too wild to prove anything", accepted, accepted+refusals)
	}
}

func checkScans(rt *rapid.T, e everything, wrote map[agent.Seq]agent.Scan) {
	if len(e.Scans) != len(wrote) {
		rt.Fatalf("%d scans stored, %d written", len(e.Scans), len(wrote))
	}
	for _, got := range e.Scans {
		want := wrote[got.Seq]
		if len(want.Raw) == 0 {
			want.Raw = nil
		}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("got  %+v\nwant %+v", got, want)
		}
	}
}

func checkReports(rt *rapid.T, t *testing.T, q *Queue) {
	verified, err := q.Verify(t.Context())
	if err != nil || !verified.OK() {
		rt.Fatalf("verify: %+v %v", verified, err)
	}
	replayed, err := q.Replay(t.Context())
	if err != nil || !replayed.OK() {
		rt.Fatalf("replay: %+v %v", replayed, err)
	}
	if verified.Hash != replayed.Hash {
		rt.Fatalf("hashes %s and %s", verified.Hash, replayed.Hash)
	}
}
