package rehearsal

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The plot's size and margins, in pixels.
const (
	plotWidth, plotHeight = 640, 360
	plotLeft, plotRight   = 60, 150
	plotTop, plotBottom   = 40, 50
)

var inks = []string{"#1b6e53", "#b3610b", "#3a4fa3"}

// plot draws how many articles somebody is asked about, by the number of sales, a
// line for each basket time.
func plot(grid []outcome) string {
	most := 1.0
	for _, o := range grid {
		most = max(most, o.percent(o.asked))
	}
	most = math.Ceil(most/2) * 2
	x := func(sales int) float64 {
		return plotLeft + float64(sales)/float64(amounts[len(amounts)-1])*(plotWidth-plotLeft-plotRight)
	}
	y := func(percent float64) float64 {
		return plotHeight - plotBottom - percent/most*(plotHeight-plotTop-plotBottom)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`+"\n", plotWidth, plotHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	fmt.Fprintf(&b, `<text x="%d" y="22" font-weight="bold">Articles that a person is asked about, in per cent</text>`+"\n", plotLeft)
	for i := range 5 {
		p := most * float64(i) / 4
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.1f</text>`+"\n",
			plotLeft, y(p), plotWidth-plotRight, plotLeft-8, y(p)+4, p)
	}
	for _, sales := range amounts {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(sales), plotHeight-plotBottom+20, sales)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d">sales in four hours</text>`+"\n", plotLeft, plotHeight-8)
	for k, basket := range baskets {
		drawLine(&b, grid[k*len(amounts):(k+1)*len(amounts)], inks[k], basket, x, y)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func drawLine(b *strings.Builder, line []outcome, ink string, basket time.Duration, x func(int) float64, y func(float64) float64) {
	var points, dots strings.Builder
	for i, o := range line {
		px, py := x(amounts[i]), y(o.percent(o.asked))
		fmt.Fprintf(&points, "%.1f,%.1f ", px, py)
		fmt.Fprintf(&dots, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, px, py, ink)
	}
	last := line[len(line)-1]
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>%s`+"\n", strings.TrimSpace(points.String()), ink, dots.String())
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s">baskets %d min</text>`+"\n", x(amounts[len(amounts)-1])+10, y(last.percent(last.asked))+4, ink, int(basket.Minutes()))
}
