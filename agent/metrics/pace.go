package metrics

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// longestGap is how much of the time between two entries counts as work. What is
	// longer is a break.
	longestGap = 120 * time.Second
	// slot is the stretch of time by which the spread of the pace is measured.
	slot = 5 * time.Minute
	// leastOfSlot is how much work a slot must hold, and leastSlots how many of those
	// there must be, before the end of a count is foretold.
	leastOfSlot = 30 * time.Second
	leastSlots  = 3
)

// Worked is one entry of a pass, as far as its pace matters.
type Worked struct {
	Pass    agent.PassID
	Counter string
	At      time.Time
	Units   int64 // 0 for what only marks a time, such as the start of a pass
}

// Pace measures how fast is counted. Entries of a pass are added in the order of
// time, forwards or backwards; those of different passes in any order. It keeps a
// few numbers for each pass and each five minutes, however many entries there are.
type Pace struct {
	last      map[agent.PassID]time.Time
	byCounter map[string]*work
	slots     map[int64]*work
}

type work struct {
	units  int64
	active time.Duration
}

func (w *work) add(units int64, active time.Duration) {
	w.units, w.active = w.units+units, w.active+active
}

// NewPace returns a Pace without entries.
func NewPace() *Pace {
	return &Pace{last: map[agent.PassID]time.Time{}, byCounter: map[string]*work{}, slots: map[int64]*work{}}
}

// Add takes in an entry.
func (p *Pace) Add(e Worked) {
	var active time.Duration
	if last, known := p.last[e.Pass]; known {
		active = min(e.At.Sub(last).Abs(), longestGap)
	}
	p.last[e.Pass] = e.At
	if active == 0 && e.Units == 0 {
		return // it only marks a time: whose pass it is may have counted nothing
	}
	of(p.byCounter, e.Counter).add(e.Units, active)
	of(p.slots, e.At.Unix()/int64(slot/time.Second)).add(e.Units, active)
}

func of[K comparable](m map[K]*work, key K) *work {
	w := m[key]
	if w == nil {
		w = &work{}
		m[key] = w
	}
	return w
}

// Speed is how fast one person counted, or all together. Nobody is ranked by it: a
// shelf of single bottles takes longer than one of cases.
type Speed struct {
	Counter string        `json:"counter"`
	Units   int64         `json:"units"`
	Lines   int64         `json:"lines"`
	Active  time.Duration `json:"active"`
	// UnitsPerHour and LinesPerHour are per hour of active time; 0 below a minute.
	UnitsPerHour float64 `json:"units_per_hour"`
	LinesPerHour float64 `json:"lines_per_hour"`
}

func (w work) speed(counter string, lines int64) Speed {
	s := Speed{Counter: counter, Units: w.units, Lines: lines, Active: w.active}
	if w.active >= time.Minute {
		s.UnitsPerHour, s.LinesPerHour = float64(w.units)/w.active.Hours(), float64(lines)/w.active.Hours()
	}
	return s
}

// Speeds returns how fast each person counted, by name, and how fast all did. lines
// is how many lines each of them counted.
func (p *Pace) Speeds(lines map[string]int64) (each []Speed, all Speed) {
	each = []Speed{}
	var sum work
	var counted int64
	for _, name := range slices.SortedFunc(maps.Keys(p.byCounter), cmp.Compare[string]) {
		w := *p.byCounter[name]
		each = append(each, w.speed(name, lines[name]))
		sum.add(w.units, w.active)
		counted += lines[name]
	}
	return each, sum.speed("", counted)
}

// Finish foretells when a count is through.
type Finish struct {
	Remaining int64 `json:"remaining"` // units that are expected and not counted yet
	Working   int64 `json:"working"`   // people who count now
	// Slow, Median and Fast are the quartiles of the units that one person counts in
	// an hour of active time, over stretches of five minutes.
	Slow   float64 `json:"slow"`
	Median float64 `json:"median"`
	Fast   float64 `json:"fast"`
	// Early, Likely and Late are how long it takes from now, if those who count now
	// go on without a break.
	Early  time.Duration `json:"early"`
	Likely time.Duration `json:"likely"`
	Late   time.Duration `json:"late"`
	// Known is false where too little was counted to tell, or nobody counts.
	Known bool `json:"known"`
}

// Finish foretells the end from what was counted so far.
func (p *Pace) Finish(remaining, working int64) Finish {
	f := Finish{Remaining: max(0, remaining), Working: working}
	var rates []float64
	for _, w := range p.slots {
		if w.active >= leastOfSlot {
			rates = append(rates, float64(w.units)/w.active.Hours())
		}
	}
	slices.Sort(rates)
	if len(rates) < leastSlots {
		return f
	}
	f.Slow, f.Median, f.Fast = quantile(rates, 0.25), quantile(rates, 0.5), quantile(rates, 0.75)
	f.Known = working > 0 && f.Slow > 0
	if f.Known {
		f.Early, f.Likely, f.Late = f.takes(f.Fast), f.takes(f.Median), f.takes(f.Slow)
	}
	return f
}

func (f Finish) takes(rate float64) time.Duration {
	hours := float64(f.Remaining) / (rate * float64(f.Working))
	return time.Duration(min(hours, maxHours) * float64(time.Hour)).Round(time.Second)
}

// maxHours keeps a duration within its type: a hundred years.
const maxHours = 876_000

// quantile returns a quantile of sorted numbers, with what lies between two of them
// in proportion.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}
