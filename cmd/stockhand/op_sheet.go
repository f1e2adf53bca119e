package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/ui/symbol"
)

// Sheets of codes to print.
const (
	commandSheet = "commands"
	binSheet     = "bins"
)

// widest is how many characters a linear code may have: a longer one is wider than
// paper.
const widest = 40

// wantedSheet asks for codes to print: commands, or labels of the bins, of one zone or
// of all.
type wantedSheet struct {
	Of   string     `json:"of"`
	Zone agent.Zone `json:"zone,omitempty"`
}

// sheet is codes to print, in groups.
type sheet struct {
	Title  string       `json:"title"`
	Lead   string       `json:"lead"`
	Groups []sheetGroup `json:"groups"`
}

type sheetGroup struct {
	Title string      `json:"title,omitempty"`
	Codes []sheetCode `json:"codes"`
}

// sheetCode is one code to print, with what stands beside it.
type sheetCode struct {
	Name  string   `json:"name"`
	Help  string   `json:"help,omitempty"`
	Text  string   `json:"text"`
	Rows  []string `json:"rows"`
	Quiet int      `json:"quiet"`
}

// sheetCodes returns the codes of a sheet, drawn.
func (w *works) sheetCodes(ctx context.Context, _ agent.Caller, a wantedSheet) (sheet, error) {
	rules, err := w.config.rules()
	if err != nil {
		return sheet{}, err
	}
	switch a.Of {
	case commandSheet:
		return commandCodes(rules)
	case binSheet:
		var places []agent.Place
		err := w.queue.Read(ctx, func(v agent.View) (err error) {
			places, err = v.Places()
			return err
		})
		if err != nil {
			return sheet{}, err
		}
		return binCodes(rules, places, a.Zone)
	}
	return sheet{}, &agent.Error{
		Code: "no_sheet", Class: agent.Refuse, What: fmt.Sprintf("There is no sheet of %q.", a.Of),
		Means: "Nothing was changed.", Do: "Ask for commands or bins.",
	}
}

// times are the numbers on the sheet of commands; any other from 1 to 9,999 works, too.
var times = []int64{2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 48, 50, 100, 144}

// commandCodes draws the commands.
func commandCodes(rules barcode.Rules) (sheet, error) {
	x := sheet{
		Title: "Command barcodes",
		Lead:  "Scan one while you count. They work in a pass only, and nothing can be approved or sent by one.",
	}
	deeds := [][2]string{
		{station.UndoCommand, "Takes back what happened last. Again: what was before that."},
		{station.DamagedCommand, "The next item is damaged."},
		{station.NextCommand, "Goes on to the next shelf."},
		{station.FinishCommand, "Ends the pass. What was not counted stays as it is."},
	}
	group := sheetGroup{}
	for _, d := range deeds {
		if err := group.add(rules.Label(barcode.Command, d[0]), d[0], d[1]); err != nil {
			return x, err
		}
	}
	many := sheetGroup{Title: "The next scan counts so many times"}
	for _, n := range times {
		if err := many.add(rules.Label(barcode.Command, station.TimesCommand(n)), fmt.Sprintf("× %d", n), ""); err != nil {
			return x, err
		}
	}
	x.Groups = []sheetGroup{group, many}
	return x, nil
}

// binCodes draws the labels of bins, in walking order, by zone. A bin that has a label
// in the catalogue gets that one.
func binCodes(rules barcode.Rules, places []agent.Place, only agent.Zone) (sheet, error) {
	x := sheet{Title: "Labels of shelves", Lead: "Fix each to its shelf. Scanned, it says: I count here now.", Groups: []sheetGroup{}}
	for _, p := range places {
		if p.Bin == "" || only != "" && p.Zone != only {
			continue
		}
		at := slices.IndexFunc(x.Groups, func(g sheetGroup) bool { return g.Title == string(p.Zone) })
		if at < 0 {
			at = len(x.Groups)
			x.Groups = append(x.Groups, sheetGroup{Title: string(p.Zone)})
			if p.Zone != "" {
				if err := x.Groups[at].add(rules.Label(barcode.Zone, string(p.Zone)), string(p.Zone), "The zone: a pass begins or goes on in it."); err != nil {
					return x, err
				}
			}
		}
		text := p.Label
		if text == "" {
			text = rules.Label(barcode.Bin, string(p.Bin))
		}
		if err := x.Groups[at].add(text, string(p.Bin), ""); err != nil {
			return x, err
		}
	}
	if len(x.Groups) == 0 {
		return x, &agent.Error{
			Code: "no_bins", Class: agent.Missing, What: "The catalogue has no such bins.", Means: "There is nothing to print.",
			Do: "Import a catalogue with a column \"bin\", or check the name of the zone.",
		}
	}
	return x, nil
}

// add draws a code: as bars if every scanner can read them, otherwise as a QR code.
func (g *sheetGroup) add(text, name, help string) error {
	how := symbol.Code128
	if len(text) > widest || slices.ContainsFunc([]byte(text), func(b byte) bool { return b < ' ' || b > '~' }) {
		how = symbol.QR
	}
	drawn, err := symbol.Draw(how, text)
	if err == nil {
		g.Codes = append(g.Codes, sheetCode{Name: name, Help: help, Text: text, Rows: drawn.Rows, Quiet: drawn.Quiet})
	}
	return err
}
