package main

import (
	"html/template"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/station"
)

// hostile is what a catalogue, a label or a person's name can hold.
const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>` + "\u202e"

// hostileCount is a count in which everything that comes from outside is hostile.
func hostileCount() station.Export {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	anna, gun := agent.Actor{Kind: agent.PersonActor, ID: "anna"}, agent.Actor{Kind: agent.DeviceActor, ID: "usb:1"}
	variance := func(item agent.ItemID, counted, lo, hi int64, status agent.Status) agent.Variance {
		return agent.Variance{
			Count: "count-3", Item: item, Status: status, Counted: counted, Book: agent.Book{At: agent.Stamp{At: at}}, Variance: agent.Interval{Lo: lo, Hi: hi},
			Expected: agent.Interval{Lo: counted - hi, Hi: counted - lo}, Value: agent.Money{Minor: 250 * lo, Currency: "EUR"}, Sentence: "Because of " + hostile,
		}
	}
	return station.Export{
		Count: agent.Count{ID: "count-3", Name: hostile, Type: agent.Cycle, Location: "here", State: agent.CountDone, Opened: agent.Stamp{At: at}, OpenedBy: anna},
		Tally: agent.Tally{Entries: 4, Units: 12, Lines: 3, Noted: 1, Unknown: 1, Head: 77},
		Variances: []agent.Variance{
			variance("lost", 3, -6, -6, agent.Settled), variance("found", 5, 2, 2, agent.Ready),
			variance("unsure", 4, -4, -2, agent.NeedsRecount), variance("right", 1, 0, 0, agent.Matches),
		},
		Deliveries: []agent.Delivery{{
			Adjustment: agent.Adjustment{ID: "adjustment-1", Item: "lost", Variance: -6, Reason: hostile, By: anna}, State: agent.Delivered, Approved: at.Add(time.Hour),
		}},
		Recounts: []agent.Recount{{Count: "count-3", Round: 1, Items: []agent.ItemID{"lost"}, By: anna, Why: hostile}},
		Passes:   []agent.Pass{{ID: "pass-1", Zone: agent.Zone(hostile), Bin: "A", Person: anna, Device: "usb:1", Started: agent.Stamp{At: at}}},
		Scans: []agent.Scan{
			{Seq: 60, Op: agent.Add, Pass: "pass-1", Actor: gun},
			{Seq: 61, Op: agent.Note, Pass: "pass-1", Actor: gun, Flags: agent.Unknown, Bin: "A", Code: barcode.Code{Text: hostile}},
			{Seq: 62, Op: agent.Note, Pass: "pass-1", Actor: gun, Flags: agent.Unknown, Bin: "B", Code: barcode.Code{Text: hostile}},
		},
		Events: []agent.Event{{Kind: agent.CountChanged, Actor: anna, Data: []byte(`{"count":"count-3","state":"done","at":{"at":"2026-03-02T11:00:00Z"}}`)}},
		Items:  []agent.Item{{ID: "lost", SKU: "L-1", Name: hostile}, {ID: "right", SKU: "R-1", Name: "Right"}},
		Names:  map[string]string{"person:anna": "Anna " + hostile, "device:usb:1": "Gun"},
	}
}

// The report stands alone and does nothing: no script, nothing fetched, and what
// came from outside is text, whatever it holds.
func TestTheReportIsHarmless(t *testing.T) {
	text, err := reportOf(hostileCount(), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "<link", "<iframe", "http://", "https://", "url(", "@import", "onerror=alert(1)>"} {
		if strings.Contains(strings.ToLower(text), bad) {
			t.Errorf("the report contains %q", bad)
		}
	}
	if strings.Contains(strings.ReplaceAll(text, "Because of "+template.HTMLEscapeString(hostile), ""), "\u202e") {
		t.Error("what is beside a name is written backwards")
	}
	if n := strings.Count(text, "&lt;script&gt;alert(1)&lt;/script&gt;"); n < 10 {
		t.Errorf("the hostile text is shown %d times", n)
	}
}

// The report tells the whole count: sums that never balance each other, each
// difference with its sentence, who counted, who approved and when.
func TestTheReportTellsTheCount(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	text, err := reportOf(hostileCount(), berlin)
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`<[^>]*>|\s+`).ReplaceAllString(text, " ")
	plain = regexp.MustCompile(` +`).ReplaceAllString(plain, " ")
	for _, want := range []string{
		"count-3, cycle, done", "2026-03-02 10:00:00 by Anna", "Done 2026-03-02 12:00:00", "CET, UTC&#43;01:00", "up to row 77",
		"Missing, where it is certain -6 units (-15.00 EUR)", "Surplus, where it is certain 2 units (5.00 EUR)",
		"is not certain or not known 1", "-4..-2", "L-1", "Approved -6 by Anna", "2026-03-02 11:00:00", ": delivered",
		"Recount 1, asked for by Anna", "R-1 Right 1", "Counted Checked Approved", "stockhand replay count-3",
	} {
		if !strings.Contains(plain, want) && !strings.Contains(plain, strings.ReplaceAll(want, "+", "&#43;")) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if again, err := reportOf(hostileCount(), berlin); err != nil || again != text {
		t.Error("the same count gave another report")
	}
}

// A count in which nothing happened has a report, too.
func TestTheReportOfNothing(t *testing.T) {
	text, err := reportOf(station.Export{Count: agent.Count{ID: "count-1"}}, nil)
	if err != nil || !strings.Contains(text, "There are none.") || !strings.Contains(text, "Nobody.") || !strings.Contains(text, "Nothing was approved.") {
		t.Errorf("%v\n%s", err, text)
	}
}
