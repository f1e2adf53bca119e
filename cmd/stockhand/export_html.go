package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

//go:embed export_report.html
var reportText string

var reportPage = template.Must(template.New("report").Parse(reportText))

// printable is a report that a browser shows and prints.
type printable struct {
	Name string `json:"name"` // of a file
	HTML string `json:"html"`
}

// countReport makes the report of a count for whoever may export it.
func (w *works) countReport(ctx context.Context, caller agent.Caller, a station.OneCount) (printable, error) {
	args, err := json.Marshal(a)
	if err != nil {
		return printable{}, err
	}
	made, err := w.station.Dispatch(ctx, caller, "", "count.export", args)
	if err != nil {
		return printable{}, err
	}
	zone, err := w.config.zone()
	if err != nil {
		return printable{}, err
	}
	text, err := reportOf(made.(station.Export), zone)
	return printable{string(a.Count) + ".html", text}, err
}

// reportOf makes the same text of the same export, whenever and wherever: nothing of
// it depends on when it is made.
func reportOf(x station.Export, zone *time.Location) (string, error) {
	if zone == nil {
		zone = time.UTC
	}
	var out bytes.Buffer
	if err := reportPage.Execute(&out, newReport(x, zone)); err != nil {
		return "", fmt.Errorf("write the report: %w", err)
	}
	return out.String(), nil
}

// report is what the page of a report is filled with.
type report struct {
	X                station.Export
	Title            string
	State            string
	Scope            string
	Zone             string
	Ends             []ending
	Right, Different []reported
	Sums             []summed
	Unsure           int
	Walks            []walk
	Recounts         []string
	Unknown          []unknownCode
	Approvers        []string

	zone  *time.Location
	items map[agent.ItemID]agent.Item
}

type (
	ending   struct{ What, At, By string }
	reported struct {
		SKU, Name, Expected, Difference, Worth, State, Sentence string
		Counted                                                 int64
		Approvals                                               []string
	}
	summed      struct{ What, Units, Money string }
	walk        struct{ Who, Where, Device, From, To, Entries string }
	unknownCode struct {
		Text, Bins string
		Scans      int
	}
)

func newReport(x station.Export, zone *time.Location) *report {
	r := &report{X: x, Title: agent.Harmless(x.Count.Name), State: string(x.Count.State), Zone: x.Count.Opened.At.In(zone).Format("MST, UTC-07:00"), zone: zone, items: map[agent.ItemID]agent.Item{}}
	if strings.TrimSpace(r.Title) == "" {
		r.Title = string(x.Count.ID)
	}
	for _, item := range x.Items {
		r.items[item.ID] = item
	}
	r.Scope = scopeWords(x.Count.Scope)
	r.lives()
	r.judged()
	r.walked()
	r.unknown()
	return r
}

// When writes a time as the clock on the wall showed it.
func (r *report) When(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.In(r.zone).Format("2006-01-02 15:04:05")
}

func scopeWords(s agent.Scope) string {
	var parts []string
	for _, z := range s.Zones {
		parts = append(parts, "zone "+string(z))
	}
	for _, b := range s.Bins {
		parts = append(parts, "bin "+string(b))
	}
	for _, c := range s.Classes {
		parts = append(parts, "class "+c)
	}
	if s.Listed > 0 {
		parts = append(parts, plural(s.Listed, "listed item", "listed items"))
	}
	return strings.Join(parts, ", ")
}

// lives tells what became of the count, and who wished what to be counted again.
func (r *report) lives() {
	for _, e := range r.X.Events {
		if e.Kind != agent.CountChanged {
			continue
		}
		if f, err := agent.Decode[agent.CountFact](e); err == nil {
			r.Ends = append(r.Ends, ending{strings.ToUpper(string(f.State[:1])) + string(f.State[1:]), r.When(f.At.At), r.Who(e.Actor)})
		}
	}
	for _, again := range r.X.Recounts {
		names := make([]string, len(again.Items))
		for i, id := range again.Items {
			names[i] = r.sku(id)
		}
		text := fmt.Sprintf("Recount %d, asked for by %s: %s", again.Round, r.Who(again.By), strings.Join(names, ", "))
		if again.Why != "" {
			text += " (" + agent.Harmless(again.Why) + ")"
		}
		r.Recounts = append(r.Recounts, text)
	}
}

func (r *report) sku(id agent.ItemID) string {
	return agent.Harmless(cmp.Or(r.items[id].SKU, string(id)))
}

// Who returns what an actor is called. Nothing of a name turns the direction of what
// stands beside it.
func (r *report) Who(a agent.Actor) string { return agent.Harmless(r.X.Name(a)) }

// judged sorts the items and sums up what is certain. Gains never hide losses.
func (r *report) judged() {
	approvals := map[agent.ItemID][]string{}
	for _, d := range r.X.Deliveries {
		approvals[d.Adjustment.Item] = append(approvals[d.Adjustment.Item], r.approval(d))
	}
	losses, gains := total{what: "Missing"}, total{what: "Surplus"}
	for _, v := range r.X.Variances {
		row := reported{SKU: r.sku(v.Item), Name: agent.Harmless(r.items[v.Item].Name), State: statusOf(v), Sentence: v.Sentence, Counted: v.Counted, Expected: "–", Difference: "–", Approvals: approvals[v.Item]}
		known := reckoned(v)
		if known {
			row.Expected, row.Difference = interval(v.Expected), signed(v.Variance)
			row.Worth = priced(v.Value)
		}
		if v.Status == agent.Matches && len(row.Approvals) == 0 {
			r.Right = append(r.Right, row)
			continue
		}
		r.Different = append(r.Different, row)
		switch {
		case !known || !v.Variance.Certain():
			r.Unsure++
		case v.Variance.Lo < 0:
			losses.add(v)
		default:
			gains.add(v)
		}
	}
	r.Sums = []summed{losses.sum(), gains.sum()}
}

// total sums up differences of one sign, each currency apart.
type total struct {
	what  string
	units int64
	money []agent.Money
}

func (t *total) add(v agent.Variance) {
	t.units += v.Variance.Lo
	if v.Value.Currency == "" {
		return
	}
	at := slices.IndexFunc(t.money, func(m agent.Money) bool { return m.Currency == v.Value.Currency })
	if at < 0 {
		t.money, at = append(t.money, agent.Money{Currency: v.Value.Currency}), len(t.money)
	}
	t.money[at].Minor += v.Value.Minor
}

func (t *total) sum() summed {
	texts := make([]string, len(t.money))
	for i, m := range t.money {
		texts[i] = priced(m)
	}
	return summed{t.what, plural(t.units, "unit", "units"), strings.Join(texts, ", ")}
}

// approval says who approved what, when and why, and how far it is.
func (r *report) approval(d agent.Delivery) string {
	a := d.Adjustment
	text := fmt.Sprintf("%+d by %s, %s", a.Variance, r.Who(a.By), r.When(d.Approved))
	if a.Reason != "" {
		text += ", " + agent.Harmless(a.Reason)
	}
	return text + ": " + string(d.State)
}

func (r *report) walked() {
	entries := map[agent.PassID]int64{}
	for _, s := range r.X.Scans {
		if s.Op == agent.Add || s.Op == agent.Set {
			entries[s.Pass]++
		}
	}
	for _, p := range r.X.Passes {
		where := strings.TrimSpace(string(p.Zone) + " " + string(p.Bin))
		if p.Round > 0 {
			where = strings.TrimSpace(fmt.Sprintf("%s (recount %d)", where, p.Round))
		}
		r.Walks = append(r.Walks, walk{
			r.Who(p.Person), agent.Harmless(where), agent.Harmless(r.X.Scanner(p.Device)), r.When(p.Started.At), r.When(p.Closed.At), number(entries[p.ID]),
		})
	}
	by := map[string]int64{}
	for _, d := range r.X.Deliveries {
		by[r.Who(d.Adjustment.By)]++
	}
	for name, n := range by {
		r.Approvers = append(r.Approvers, fmt.Sprintf("%s: %s", name, plural(n, "difference", "differences")))
	}
	slices.Sort(r.Approvers)
}

// unknown groups what no item has, in the order in which it was found first. What was
// undone, or counts because its barcode was taught since, is not among it.
func (r *report) unknown() {
	over := map[agent.Seq]bool{}
	for _, s := range r.X.Scans {
		over[s.Voids] = true
	}
	at := map[string]int{}
	bins := map[string][]string{}
	for _, s := range r.X.Scans {
		if s.Op != agent.Note || s.Flags&agent.Unknown == 0 || over[s.Seq] {
			continue
		}
		text := agent.Harmless(s.Code.Text)
		if _, seen := at[text]; !seen {
			at[text] = len(r.Unknown)
			r.Unknown = append(r.Unknown, unknownCode{Text: text})
		}
		r.Unknown[at[text]].Scans++
		if s.Bin != "" && !slices.Contains(bins[text], string(s.Bin)) {
			bins[text] = append(bins[text], string(s.Bin))
		}
	}
	for i := range r.Unknown {
		r.Unknown[i].Bins = strings.Join(bins[r.Unknown[i].Text], ", ")
	}
}
