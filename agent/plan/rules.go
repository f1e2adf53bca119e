package plan

import "time"

// Rules are the conventions of a plan. The zero value is completed by WithDefaults.
type Rules struct {
	// ShareA and ShareB are up to which cumulative share of the whole items are of
	// class A and of class B, in basis points.
	//
	// Source: 80 % and the next 15 % are the usual limits (supplychainmetric.com,
	// inventory accuracy).
	ShareA int64 `json:"share_a"`
	ShareB int64 `json:"share_b"`
	// EveryA is the interval of class A, Every that of all others.
	//
	// Source: published frequencies of A, B and C are 4, 2 and 1 a year
	// (supplychainmetric.com), 12, 4 and 1 (calcbee.com), every 90, 180 and 365 days
	// (OpenBoxes), every 90 days for everything (Square). A quarter for everything and
	// four weeks for A follow from "over a quarter you cover your entire catalogue,
	// focusing on high-value and high-velocity items".
	EveryA time.Duration `json:"every_a"`
	Every  time.Duration `json:"every"`
	// Grace is how long after its due date an item is not overdue yet.
	//
	// Source: the float time of SAP's cycle counting; a week is our convention.
	Grace time.Duration `json:"grace"`
	// RecountAfter is when an item of which the last count was wrong is due again.
	//
	// Source: our convention; errors come back where their cause was not found.
	RecountAfter time.Duration `json:"recount_after"`
	// Turnovers is how many times what is on hand must have been handled since the
	// last count, and TurnoverUnits how many units at least, to bring an item forward;
	// not sooner than TurnoverAfter after it was counted.
	//
	// Source: the turnover rule of OCA stock_cycle_count, in units instead of money so
	// that it needs no cost; the figures are our convention.
	Turnovers     int64         `json:"turnovers"`
	TurnoverUnits int64         `json:"turnover_units"`
	TurnoverAfter time.Duration `json:"turnover_after"`
	// Covered is within what time everything should have been counted.
	//
	// Source: "everything within a quarter"; Square recommends 90 days.
	Covered time.Duration `json:"covered"`
	// WorkingDays a week share the work.
	WorkingDays int64 `json:"working_days"`
	// LinesPerDay is how many lines a day's count may have. 0: as many as keep every
	// item within its interval.
	LinesPerDay int64 `json:"lines_per_day,omitempty"`
	// SecondsPerLine is what a line is assumed to take where too few were counted to
	// measure it.
	//
	// Source: 20 to 30 seconds in published workloads.
	SecondsPerLine float64 `json:"seconds_per_line"`
	// Right and Confidence are what a spot check without errors shall certify, in
	// basis points.
	//
	// Source: 95 % is the least that planning needs (supplychainmetric.com).
	Right      int64 `json:"right"`
	Confidence int64 `json:"confidence"`
	// SpotEvery is how often a spot check is made, and BestSellers how many of the
	// fastest items are looked at beside the sample.
	//
	// Source: "weekly spot-checks for a sample of products, especially bestsellers".
	SpotEvery   time.Duration `json:"spot_every"`
	BestSellers int64         `json:"best_sellers"`
}

const (
	day     = 24 * time.Hour
	week    = 7 * day
	quarter = 13 * week
)

// WithDefaults returns r with every unset field at its default.
func (r Rules) WithDefaults() Rules {
	set(&r.ShareA, 8_000)
	set(&r.ShareB, 9_500)
	set(&r.EveryA, 4*week)
	set(&r.Every, quarter)
	set(&r.Grace, week)
	set(&r.RecountAfter, 2*week)
	set(&r.Turnovers, 3)
	set(&r.TurnoverUnits, 30)
	set(&r.TurnoverAfter, week)
	set(&r.Covered, quarter)
	set(&r.WorkingDays, 5)
	set(&r.SecondsPerLine, 25)
	set(&r.Right, 9_500)
	set(&r.Confidence, 9_500)
	set(&r.SpotEvery, week)
	set(&r.BestSellers, 10)
	return r
}

func set[T ~int64 | ~float64](field *T, to T) {
	if *field == 0 {
		*field = to
	}
}

// every returns the interval of a class.
func (r Rules) every(c Class) time.Duration {
	if c == A {
		return r.EveryA
	}
	return r.Every
}
