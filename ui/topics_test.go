package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/ui/live"
)

// state states on hand of all items as the shop would.
func (s *shop) state(onHand int64) {
	s.t.Helper()
	_, err := s.queue.Write(s.t.Context(), agent.Command{}, func(v agent.View) (agent.Facts, error) {
		items, err := v.Items()
		if err != nil {
			return agent.Facts{}, err
		}
		now := s.clock.Now().UTC()
		var books []agent.Book
		for _, item := range items {
			books = append(books, agent.Book{
				Item: item.ID, Location: "shop", OnHand: onHand, Available: onHand, Tracked: true, Stocked: true,
				Changed: now.Add(-time.Hour), Stated: now, At: agent.Stamp{At: now},
			})
		}
		mark := agent.Watermark{Source: "test", Location: "shop", Upstream: now.Add(time.Hour), Local: now.Add(time.Hour)}
		return agent.Facts{
			Actor: agent.System("feed"), At: now, Watermarks: []agent.Watermark{mark},
			Events: []agent.Event{agent.NewEvent(agent.BookStated, agent.BookFact{Books: books})},
		}, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

type varianceRow struct {
	Item     string         `json:"item"`
	SKU      string         `json:"sku"`
	Status   string         `json:"status"`
	Counted  int64          `json:"counted"`
	Variance agent.Interval `json:"variance"`
	Delivery *struct {
		State      string `json:"state"`
		Adjustment string `json:"adjustment"`
	} `json:"delivery"`
}

// counted makes a closed count of 3 units of item 1, of which the shop states 45.
func (s *shop) counted() agent.Count {
	s.t.Helper()
	s.state(45)
	count := s.openCount()
	s.scan("gun", "BIN-A2")
	for range 3 {
		s.scan("gun", code(1))
	}
	return count
}

func (s *shop) close(count agent.Count, onHand int64) {
	s.t.Helper()
	do[station.ClosedCount](s, "count.close", fields{"count": count.ID})
	// What was sold until now is known, and the shop's statement is newer.
	s.clock.ahead.Add(int64(time.Hour))
	s.state(onHand)
}

func TestTheReviewFollowsWhatIsKnown(t *testing.T) {
	s := open(t)
	count := s.counted()
	s.close(count, 45)
	topic := "review/" + string(count.ID)
	c, snaps := s.page(agent.Manager, topic, "upload", "counts")
	rows := decode[struct{ Rows []varianceRow }](t, snaps[topic].Data).Rows
	i := slices.IndexFunc(rows, func(r varianceRow) bool { return r.Item == "item-1" })
	if i < 0 || rows[i].Counted != 3 || rows[i].SKU != "SKU-001" || rows[i].Delivery != nil {
		t.Fatalf("the review's rows are %+v", rows)
	}
	if rows[i].Status != "ready" {
		t.Fatalf("the variance is %+v", rows[i])
	}
	answer := c.command(c.id(), "count.approve", fields{"count": count.ID, "items": []fields{{"item": "item-1", "reason": "Theft or loss"}}})
	if !answer.OK {
		t.Fatalf("approve: %v", answer.E)
	}
	seen := map[string]bool{}
	c.until("the approval in the review, the deliveries and the depth", func(f frame) bool {
		switch {
		case f.K == "variance":
			v := decode[varianceRow](t, f.D)
			seen["review"] = seen["review"] || v.Item == "item-1" && v.Delivery != nil && v.Delivery.State == "pending" && v.Status == "settled"
		case f.K == "delivery":
			d := decode[struct{ SKU, State string }](t, f.D)
			seen["delivery"] = seen["delivery"] || d.SKU == "SKU-001" && d.State == "pending"
		case f.K == "depth":
			seen["depth"] = seen["depth"] || decode[struct{ Depth int }](t, f.D).Depth == 1
		}
		return len(seen) == 3 && seen["review"] && seen["delivery"] && seen["depth"]
	})
}

func TestAReviewOfNothingIsEmpty(t *testing.T) {
	s := open(t)
	_, snaps := s.page(agent.Manager, "review/count-99", "count/count-99")
	if got := string(snaps["review/count-99"].Data); got != `{"rows":[]}` {
		t.Errorf("the review of a count that is not there is %s", got)
	}
	if got := decode[map[string]any](t, snaps["count/count-99"].Data); got["count"] != nil {
		t.Errorf("a count that is not there is %v", got)
	}
}

// secrets are what a counter must not find in any byte.
var secrets = []string{"expected\":", "on_hand", "variance\":", "available\":", "committed\":", "\"cost\"", "\"book\"", "\"minor\"", "48813", "48810"}

// chance is what may hold any digits.
var chance = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"|"(token|nonce|epoch)":"[^"]*"|"mono":\d+`)

func TestABlindCountIsBlindOnTheWire(t *testing.T) { // S-31
	s := open(t)
	count := do[agent.Count](s, "count.open", fields{"name": "blind", "policy": fields{"method": "cut-off", "blind": true, "basket_time": 0, "tolerance": fields{}, "investigate": fields{}}})
	s.state(48_813)
	topic := "count/" + string(count.ID)
	c, _ := s.page(agent.Counter, "counts", topic, "devices")
	boss, _ := s.page(agent.Manager, "counts", "review/"+string(count.ID))
	s.scan("gun", "BIN-A2")
	for range 3 {
		s.scan("gun", code(1))
	}
	pass := decode[agent.Pass](t, c.command(c.id(), "pass.open", fields{"count": count.ID, "bin": "A1"}).R)
	for _, ask := range []struct {
		op   string
		args fields
	}{
		{"entry.set", fields{"pass": pass.ID, "item": "item-2", "quantity": 7}},
		{"catalog.search", fields{"text": "mug"}},
		{"count.scans", fields{"count": count.ID, "item": "item-1"}},
		{"count.list", fields{}},
		{"count.review", fields{"count": count.ID}},
		{"count.export", fields{"count": count.ID}},
	} {
		c.command(c.id(), ask.op, ask.args)
	}
	s.close(count, 48_813)
	event(boss, "review/"+string(count.ID), "variance", func(v varianceRow) bool { return v.Item == "item-1" && v.Counted == 3 })
	event(boss, "counts", "count", func(r countRow) bool { return r.Undecided > 0 })
	event(c, topic, "count", func(r countRow) bool { return r.State == "closed" })
	if told := strings.Join(boss.seen, ""); !strings.Contains(told, `"on_hand":48813`) || !strings.Contains(told, "-48810") {
		t.Error("the manager does not see the book: this test looks for the wrong thing")
	}
	for _, seen := range c.seen {
		seen = chance.ReplaceAllString(seen, "")
		for _, secret := range secrets {
			if strings.Contains(seen, secret) {
				t.Errorf("a counter is told %s: %s", secret, seen)
			}
		}
		if strings.Contains(seen, `"undecided":`) && !strings.Contains(seen, `"undecided":0`) {
			t.Errorf("a counter is told how many lines differ: %s", seen)
		}
	}
}

func TestHostileCodesAreShownAsTheyAre(t *testing.T) { // S-47, S-48, S-52
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	s.scan("gun", "BIN-A1")
	c, _ := s.page(agent.Counter, topic)
	for raw, shown := range map[string]string{
		"\x17\x1b[2J\x00\a":                  "␗␛[2J␀␇",
		"<img src=x onerror=alert(1)>":       "<img src=x onerror=alert(1)>",
		"\"><script>alert(1)</script>":       "\"><script>alert(1)</script>",
		"4006\u202e381":                      "4006<U+202E>381",
		"40\u200b06":                         "40<U+200B>06",
		"\xff\xfe":                           `\xFF\xFE`,
		"\xed\xa0\x80":                       `\xED\xA0\x80`,
		"'; DROP TABLE scan;--":              "'; DROP TABLE scan;--",
		"a\r\nb":                             "a␍␊b",
		"\x7f":                               "␡",
		strings.Repeat("x", 500):             strings.Repeat("x", 128) + "…",
		"٤٠٠٦":                               "٤٠٠٦",
		"=HYPERLINK(\"http://evil\",\"x\")":  "=HYPERLINK(\"http://evil\",\"x\")",
		"line\u2028paragraph\u2029separator": "line<U+2028>paragraph<U+2029>separator",
	} {
		seq := s.scan("gun", raw).Seq
		row := event(c, topic, "scan", func(r scanRow) bool { return r.Seq == seq })
		if row.Raw != shown {
			t.Errorf("%q is shown as %q instead of %q", raw, row.Raw, shown)
		}
	}
	for line := range strings.Lines(s.log.String()) {
		if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x1b\x00\r") {
			t.Errorf("the log holds control characters: %q", line)
		}
	}
}

func TestAFloodOfUnknownCodesIsBounded(t *testing.T) { // S-58
	s := open(t)
	count := s.openCount()
	s.scan("gun", "BIN-A1")
	const n = 2_100
	for i := range n {
		s.scan("gun", fmt.Sprint("unknown ", i))
	}
	f := s.follower("count/" + string(count.ID))
	f.connect()
	listed := 0
	for f.since < 0 {
		f.take()
		if f.parts != nil {
			listed = len(f.parts["unknown"])
		}
	}
	if listed > 2_000 || f.row.Tally.Unknown != n {
		t.Errorf("of %d unknown codes %d are listed and %d are counted", n, listed, f.row.Tally.Unknown)
	}
	s.scan("gun", code(1))
	for len(f.lines) == 0 {
		f.take()
	}
}

func TestWhatWasUndoneIsShownSo(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	s.scan("gun", "BIN-A1")
	c, _ := s.page(agent.Counter, topic)
	first := s.scan("gun", code(1)).Seq
	answer := c.command(c.id(), "entry.void", fields{"seq": first})
	if !answer.OK {
		t.Fatalf("undo: %v", answer.E)
	}
	line := event(c, topic, "line", func(l lineRow) bool { return l.Item == "item-1" && l.Entries == 0 })
	if line.Counted != 0 {
		t.Errorf("the line that is gone is %+v", line)
	}
	void := event(c, topic, "scan", func(r scanRow) bool { return r.Op == "void" })
	if void.Voids != first {
		t.Errorf("the undo is %+v", void)
	}
	_, snaps := s.page(agent.Counter, topic)
	scans := decode[struct{ Scans []scanRow }](t, snaps[topic].Data).Scans
	i := slices.IndexFunc(scans, func(r scanRow) bool { return r.Seq == first })
	if i < 0 || !scans[i].Voided {
		t.Errorf("the scans of a new page are %+v", scans)
	}
}

func TestTheFirstOfALineIsTold(t *testing.T) {
	s := open(t)
	count := s.openCount()
	topic := "count/" + string(count.ID)
	s.scan("gun", "BIN-A1")
	c, _ := s.page(agent.Counter, topic)
	want := map[agent.Seq]int64{}
	for i := range 5 {
		want[s.scan("gun", code(1)).Seq] = int64(i + 1)
	}
	for len(want) > 0 {
		row := event(c, topic, "scan", func(r scanRow) bool { return r.Op == "add" })
		if row.Line == nil || *row.Line != want[row.Seq] {
			t.Errorf("with scan %d the line is %v instead of %d", row.Seq, row.Line, want[row.Seq])
		}
		delete(want, row.Seq)
	}
}

func TestScannersAreShownAsTheyAre(t *testing.T) {
	s := open(t)
	states := []live.DeviceState{{Device: "gun", Name: "reading", Since: s.clock.Now(), Sentence: "Ready to scan."}}
	s.states.Store(&states)
	count := s.openCount()
	c, snaps := s.page(agent.Counter, "devices")
	type row struct {
		Device string
		State  struct{ Name, Sentence, Remedy string }
		Tally  struct{ Stored, Unowned int64 }
		Pass   string
		Count  string
	}
	if rows := decode[struct{ Devices []row }](t, snaps["devices"].Data).Devices; len(rows) != 1 || rows[0].State.Name != "reading" || rows[0].Device != "gun" {
		t.Errorf("the scanners are %+v", rows)
	}
	s.scan("gun", "BIN-A1")
	event(c, "devices", "device", func(r row) bool { return r.Tally.Stored == 1 && r.Pass == "pass-1" && r.Count == string(count.ID) })
	states = []live.DeviceState{{Device: "gun", Name: "missing", Sentence: "The scanner is not connected.", Remedy: "Plug it in."}}
	s.states.Store(&states)
	s.server.Changed()
	gone := event(c, "devices", "device", func(r row) bool { return r.State.Name == "missing" })
	if gone.State.Remedy == "" || gone.Tally.Stored != 1 {
		t.Errorf("the scanner that is gone is %+v", gone)
	}
}

func TestAScannerThatIsRemovedLeavesEveryPage(t *testing.T) {
	s := open(t)
	s.states.Store(&[]live.DeviceState{{Device: "gun", Name: "reading"}, {Device: "new", Name: "reading"}})
	first, _ := s.page(agent.Counter, "devices")
	second, _ := s.page(agent.Manager, "devices")
	s.states.Store(&[]live.DeviceState{{Device: "gun", Name: "reading"}})
	s.server.Changed()
	type gone struct{ Device string }
	for _, c := range []*client{first, second} {
		event(c, "devices", "gone", func(d gone) bool { return d.Device == "new" })
	}
	_, snaps := s.page(agent.Manager, "devices")
	if rows := decode[struct{ Devices []gone }](t, snaps["devices"].Data).Devices; len(rows) != 1 || rows[0].Device != "gun" {
		t.Errorf("a page that comes later sees %+v", rows)
	}
}

// How the pairing of a scanner goes is for managers: it shows what any device sends.
func TestAPairingIsShownAsItGoes(t *testing.T) {
	s := open(t)
	c, snaps := s.page(agent.Manager, "pairing")
	type told struct{ State live.Pairing }
	if p := decode[told](t, snaps["pairing"].Data).State; p.Active {
		t.Fatalf("the page is told %+v", p)
	}
	s.pairing.Store(&live.Pairing{Active: true, Heard: []live.Heard{{Text: "]C0STOCKHAND-X"}}})
	s.server.Changed()
	p := event(c, "pairing", "state", func(p live.Pairing) bool { return p.Active })
	if len(p.Heard) != 1 || p.Heard[0].Text != "]C0STOCKHAND-X" {
		t.Errorf("the page is told %+v", p)
	}
}

// Whoever counts sees that the database was damaged, until somebody knows of it.
func TestDamageIsShownUntilItIsAcknowledged(t *testing.T) {
	s := open(t)
	s.stop()
	s.damage.Store(&agent.Error{Code: "database-fresh", What: "The database file is damaged."})
	s.begin()
	type told struct{ Damage *agent.Error }
	c, snaps := s.page(agent.Counter, "devices")
	if d := decode[told](t, snaps["devices"].Data).Damage; d == nil || d.What == "" {
		t.Fatalf("the page is told %v", d)
	}
	s.damage.Store(nil)
	_, snaps = s.page(agent.Manager, "devices")
	if d := decode[told](t, snaps["devices"].Data).Damage; d != nil {
		t.Errorf("what is known is told again: %v", d)
	}
	s.server.Changed()
	event(c, "devices", "damage", func(d *agent.Error) bool { return d == nil })
}

func TestTheUpstreamIsShownAsItIs(t *testing.T) {
	s := open(t)
	c, snaps := s.page(agent.Manager, "upload")
	if up := decode[map[string]json.RawMessage](t, snaps["upload"].Data)["upstream"]; string(up) != "null" {
		t.Errorf("without an upstream it is %s", up)
	}
	s.upstream.Store(&live.Upstream{Name: "shopify", State: "offline", Since: s.clock.Now(), Problem: &agent.Error{Code: "no_way", What: "The shop can not be reached."}})
	s.server.Changed()
	up := event(c, "upload", "upstream", func(u live.Upstream) bool { return u.State == "offline" })
	if up.Problem == nil || up.Problem.Code != "no_way" {
		t.Errorf("the upstream is %+v", up)
	}
}

// world is a simulation with one switch.
type world struct {
	mu sync.Mutex
	on bool
}

func (w *world) State(context.Context) (json.RawMessage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return json.Marshal(fields{"title": "A shop that is not there", "switches": []fields{{"name": "offline", "on": w.on}}, "facts": fields{"items": 20}})
}

func (w *world) Turn(_ context.Context, name string, on bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if name != "offline" {
		return errors.New("no such switch")
	}
	w.on = on
	return nil
}

func TestASimulationSaysSoAndCanBeTurned(t *testing.T) {
	s := &shop{t: t, clock: &clock{}, path: t.TempDir() + "/stockhand.db", world: &world{}}
	s.begin()
	t.Cleanup(func() { s.stop() })
	c, snaps := s.page(agent.Manager, "simulation")
	if !strings.Contains(c.seen[1], `"simulation":{"title":`) {
		t.Errorf("the welcome does not say that this is a simulation: %s", c.seen[1])
	}
	type state struct {
		Title    string
		Switches []struct {
			Name string
			On   bool
		}
	}
	if w := decode[state](t, snaps["simulation"].Data); w.Title == "" || len(w.Switches) != 1 || w.Switches[0].On {
		t.Errorf("the simulation is %+v", w)
	}
	if answer := c.command(c.id(), "simulation.turn", fields{"name": "offline", "on": true}); !answer.OK {
		t.Fatalf("turn: %v", answer.E)
	}
	// The page may be told before the answer, or after it.
	told := slices.ContainsFunc(c.seen, func(text string) bool {
		return strings.Contains(text, `"k":"state"`) && strings.Contains(text, `"on":true`)
	})
	if !told {
		event(c, "simulation", "state", func(w state) bool { return w.Switches[0].On })
	}
	if answer := c.command(c.id(), "simulation.turn", fields{"name": "nothing", "on": true}); answer.OK {
		t.Error("a switch that is not there was turned")
	}
	counter, _ := s.page(agent.Counter, "simulation")
	if answer := counter.command(counter.id(), "simulation.turn", fields{"name": "offline", "on": false}); answer.OK || answer.E.Code != "forbidden" {
		t.Errorf("a counter turns a switch: %+v", answer)
	}
}

func TestItemsAreFoundByWhatPeopleType(t *testing.T) {
	s := open(t)
	count := s.openCount()
	c, _ := s.signIn(agent.Counter)
	for text, first := range map[string]string{
		"mug no. 1": "SKU-001", "SKU-007": "SKU-007", "sku-007": "SKU-007", code(5): "SKU-005", "o. 12": "SKU-012", "no such": "",
	} {
		found := decode[[]struct{ Item, SKU, Name string }](t, c.command(c.id(), "catalog.search", fields{"text": text}).R)
		if first == "" && len(found) != 0 || first != "" && (len(found) == 0 || found[0].SKU != first) {
			t.Errorf("%q finds %+v", text, found)
		}
	}
	if found := decode[[]any](t, c.command(c.id(), "catalog.search", fields{"text": "mug", "limit": 3}).R); len(found) != 3 {
		t.Errorf("three of twenty items are %d", len(found))
	}
	s.scan("gun", "BIN-A1")
	s.scan("gun", code(1))
	s.scan("gun", "BIN-A2")
	s.scan("gun", code(1))
	type itemScans struct {
		Scans []scanRow
		Total int
	}
	told := decode[itemScans](t, c.command(c.id(), "count.scans", fields{"count": count.ID, "item": "item-1"}).R)
	all := told.Scans
	if told.Total != 2 || len(all) != 2 || all[0].Seq > all[1].Seq || all[0].Name != "Mug no. 1" {
		t.Errorf("the scans of an item are %+v", all)
	}
	one := decode[itemScans](t, c.command(c.id(), "count.scans", fields{"count": count.ID, "item": "item-1", "bin": "A2"}).R).Scans
	if len(one) != 1 || one[0].Seq != all[1].Seq {
		t.Errorf("the scans of an item in a bin are %+v", one)
	}
}
