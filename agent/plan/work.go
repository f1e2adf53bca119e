package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// Walk is how long people were on their way in a count and how many lines they
// counted.
type Walk struct {
	Lines int64
	Took  time.Duration // of all passes together
}

// What a measured pace needs, so that one odd count does not make it.
const (
	paceWalks = 3
	paceLines = 30
)

// Pace returns the seconds that a line took in past counts: their median, weighed by
// lines, so that a walk that was left open over lunch does not spoil it. It is false
// where fewer than three counts and thirty lines are known.
func Pace(walks []Walk) (seconds float64, measured bool) {
	known := slices.DeleteFunc(slices.Clone(walks), func(w Walk) bool { return w.Lines <= 0 || w.Took <= 0 })
	each := func(w Walk) float64 { return w.Took.Seconds() / float64(w.Lines) }
	slices.SortFunc(known, func(a, b Walk) int { return cmp.Compare(each(a), each(b)) })
	var lines int64
	for _, w := range known {
		lines += w.Lines
	}
	if len(known) < paceWalks || lines < paceLines {
		return 0, false
	}
	var before int64
	for _, w := range known {
		if before += w.Lines; 2*before >= lines {
			return each(w), true
		}
	}
	return 0, false
}

// Work is what keeps every item within its interval.
//
// Source: lines a week are the sum of a week over the interval of each line; a class
// A of 400 monthly and 1,600 quarterly are 215 a week.
type Work struct {
	LinesPerWeek  float64 `json:"lines_per_week"`
	LinesPerDay   int64   `json:"lines_per_day"` // of a working day, rounded up
	MinutesPerDay int64   `json:"minutes_per_day"`
	// SecondsPerLine is measured from past counts, or assumed.
	SecondsPerLine float64 `json:"seconds_per_line"`
	Measured       bool    `json:"measured"`
	Sentence       string  `json:"sentence"`
}

// WorkOf reckons the work that items of these standings make.
func WorkOf(items []Item, standings []Standing, walks []Walk, r Rules) Work {
	r = r.WithDefaults()
	w := Work{SecondsPerLine: r.SecondsPerLine}
	if seconds, ok := Pace(walks); ok {
		w.SecondsPerLine, w.Measured = seconds, true
	}
	var often, seldom int64
	for i := range items {
		if standings[i].Class == A {
			often += items[i].lines()
		} else {
			seldom += items[i].lines()
		}
	}
	w.LinesPerWeek = float64(often)*float64(week)/float64(r.EveryA) + float64(seldom)*float64(week)/float64(r.Every)
	w.LinesPerDay = int64(math.Ceil(w.LinesPerWeek/float64(r.WorkingDays) - 1e-9))
	w.MinutesPerDay = w.minutes(w.LinesPerDay)
	how := fmt.Sprintf("assumed at %.0f seconds a line", w.SecondsPerLine)
	if w.Measured {
		how = fmt.Sprintf("at %.0f seconds a line, as past counts took", w.SecondsPerLine)
	}
	w.Sentence = fmt.Sprintf("%s a working day %s everything counted in time: %s, %s.",
		many(w.LinesPerDay, "line"), verb(w.LinesPerDay, "keep"), many(w.MinutesPerDay, "minute"), how)
	return w
}

// minutes returns how long lines take, rounded up.
func (w Work) minutes(lines int64) int64 {
	return int64(math.Ceil(float64(lines)*w.SecondsPerLine/60 - 1e-9))
}
