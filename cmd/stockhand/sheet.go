package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

func sheetCommand() subcommand {
	return subcommand{
		name: "sheet", summary: "print command barcodes, labels of shelves, badges",
		help: `Usage:
  stockhand sheet commands [--out FILE]
  stockhand sheet bins [--zone ZONE] [--out FILE]
  stockhand sheet badges NAME=CODE... [--out FILE]

Writes a page to print from a browser, at its full size. The commands say what the
next scan counts as (× 12, damaged), undo, go on to the next shelf and finish a pass.
Labels of shelves come in walking order: the order in which the catalogue first names them. The code of a badge is told once, when the
badge is made: print it then.

The page is written to FILE, or to the terminal's output. "sheet commands" and "sheet
bins" take --config FILE and --json.

Example:
  stockhand sheet commands --out commands.html`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{"commands": sheetOf(commandSheet), "bins": sheetOf(binSheet), "badges": sheetBadges}.
				do(ctx, t, []string{"commands", "bins", "badges"}, args)
		},
	}
}

// sheetOf writes a sheet that the agent knows.
func sheetOf(of string) func(context.Context, *terminal, []string) error {
	return func(ctx context.Context, t *terminal, args []string) error {
		set := flags("sheet " + of)
		path, asJSON, out := configFlag(set), set.Bool("json", false, ""), set.String("out", "", "")
		zone := new(string)
		if of == binSheet {
			zone = set.String("zone", "", "")
		}
		if err := noMore(parse(set, args)); err != nil {
			return err
		}
		return with(ctx, t, *path, func(a asker) error {
			var x sheet
			if err := a.ask(ctx, call{op: "sheet.codes", args: wantedSheet{Of: of, Zone: agent.Zone(*zone)}, result: &x}); err != nil {
				return err
			}
			return t.sheet(x, *out, *asJSON)
		})
	}
}

// sheetBadges writes badges, of which only whoever made them knows the codes.
func sheetBadges(_ context.Context, t *terminal, args []string) error {
	set := flags("sheet badges")
	out := set.String("out", "", "")
	badges, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(badges) == 0 {
		return usageError{"say whose badges, with the codes that were told when they were made: sheet badges NAME=CODE..."}
	}
	x := sheet{Title: "Badges", Lead: "A badge says who counts. It opens nothing.", Groups: []sheetGroup{{}}}
	for _, badge := range badges {
		name, code, ok := strings.Cut(badge, "=")
		if !ok || strings.TrimSpace(name) == "" || len(code) < len(barcode.DefaultPrefix)+3 {
			return usageError{fmt.Sprintf("%q is not a name and a code, as in Anna=SH.P.7K2M", badge)}
		}
		if err := x.Groups[0].add(code, name, ""); err != nil {
			return usageError{err.Error()}
		}
	}
	return t.sheet(x, *out, false)
}

// sheet writes a sheet as a page to print, or as JSON.
func (t *terminal) sheet(x sheet, out string, asJSON bool) error {
	err := t.into(out, func(t *terminal) error {
		if asJSON {
			return t.json(x)
		}
		_, err := io.WriteString(t.out, x.page())
		return err
	})
	if err == nil && out != "" {
		t.printf("The codes are in %s. Open it in a browser and print it at 100 %%.\n", out)
	}
	return err
}

// page is the sheet as a page to print.
func (x sheet) page() string {
	var out strings.Builder
	fmt.Fprintf(&out, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Stockhand: %s</title>\n%s\n<h1>%s</h1>\n<p>%s</p>\n",
		html.EscapeString(x.Title), sheetStyle, html.EscapeString(x.Title), html.EscapeString(x.Lead))
	for _, g := range x.Groups {
		if g.Title != "" {
			fmt.Fprintf(&out, "<h2>%s</h2>\n", html.EscapeString(g.Title))
		}
		out.WriteString("<div class=\"codes\">\n")
		for _, c := range g.Codes {
			fmt.Fprintf(&out, "<section%s><strong><bdi>%s</bdi></strong>%s<small>%s</small><p>%s</p></section>\n",
				c.wide(), html.EscapeString(c.Name), svg(c.Rows, c.Quiet), html.EscapeString(c.Text), html.EscapeString(c.Help))
		}
		out.WriteString("</div>\n")
	}
	return out.String()
}

// wide lets a code take two columns that does not fit into one at its full size: a
// smaller one might not be read.
func (c sheetCode) wide() string {
	if len(c.Rows) == 1 && len(c.Rows[0])+2*c.Quiet > 220 {
		return ` class="wide"`
	}
	return ""
}

const sheetStyle = `<style>
@page { margin: 12mm }
body { font: 11pt sans-serif; margin: 0 }
h1 { font-size: 18pt; margin: 0 }
h2 { font-size: 13pt; break-after: avoid }
.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(80mm, 1fr)); gap: 4mm }
.wide { grid-column: 1 / -1 }
section { break-inside: avoid; border: 0.3mm dashed #999; padding: 3mm }
section strong { display: block; font-size: 16pt }
section small { display: block; font-family: monospace; overflow-wrap: anywhere }
section p { margin: 1mm 0 0 }
svg { display: block }
</style>`
