package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/stockhand/stockhand/scanner/pairing"
)

// blocks draws modules in text, two rows a line, black on white whatever the
// terminal's colours are.
func blocks(rows []string, quiet int) string {
	width := len(rows[0]) + 2*quiet
	dark := func(x, y int) bool {
		x, y = x-quiet, y-quiet
		return y >= 0 && y < len(rows) && x >= 0 && x < len(rows[y]) && rows[y][x] == '1'
	}
	var out strings.Builder
	for y := 0; y < len(rows)+2*quiet; y += 2 {
		out.WriteString("\x1b[30;107m")
		for x := range width {
			switch upper, lower := dark(x, y), dark(x, y+1); {
			case upper && lower:
				out.WriteRune('█')
			case upper:
				out.WriteRune('▀')
			case lower:
				out.WriteRune('▄')
			default:
				out.WriteByte(' ')
			}
		}
		out.WriteString("\x1b[0m\n")
	}
	return out.String()
}

// sheetPage is the codes as a page to print.
func sheetPage(p pairingShown) string {
	titles := map[string]string{
		string(pairing.Identify): "1. Scan one of these first", string(pairing.Separator): "Codes with a lot or serial number: one of these",
		string(pairing.UPCE): "Short UPC codes", string(pairing.UPCA): "UPC codes", string(pairing.EAN8): "Short EAN codes",
	}
	var out strings.Builder
	out.WriteString("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Stockhand: pair a scanner</title>\n" +
		"<style>body{font:12pt sans-serif;margin:15mm}section{break-inside:avoid;margin-bottom:10mm}svg{display:block;margin:4mm 0}</style>\n<h1>Pair a scanner</h1>\n")
	step := ""
	for _, c := range p.Codes {
		if c.Step != step {
			step = c.Step
			fmt.Fprintf(&out, "<h2>%s</h2>\n", html.EscapeString(titles[step]))
		}
		fmt.Fprintf(&out, "<section>%s</section>\n", svg(c.Rows, c.Quiet))
	}
	return out.String()
}

// svg draws modules to be printed: a module is 0.33 mm wide, which every hand
// scanner reads, in two dimensions 0.8 mm.
func svg(rows []string, quiet int) string {
	module, height := 0.8, len(rows)
	if height == 1 {
		module, height = 0.33, 45
	}
	width := len(rows[0]) + 2*quiet
	var path strings.Builder
	for y, row := range rows {
		tall := 1
		if len(rows) == 1 {
			tall = height
		}
		for x := range row {
			if row[x] == '1' {
				fmt.Fprintf(&path, "M%d %dh1v%dh-1z", x+quiet, y+quiet, tall)
			}
		}
	}
	high := height + 2*quiet
	return fmt.Sprintf(`<svg width="%.1fmm" height="%.1fmm" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path d="%s"/></svg>`,
		float64(width)*module, float64(high)*module, width, high, path.String())
}
