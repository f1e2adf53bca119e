package reconcile_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// setting is a moment at which somebody sets the agent's clock. Times are those of
// the world, which the clock shows in the end.
type setting struct {
	at, noticed time.Time
	by          time.Duration
}

// settings are what is done to the agent's clock in a world, in order.
type settings []setting

func drawSettings(t *rapid.T, w *world) settings {
	var list settings
	for range rapid.IntRange(1, 3).Draw(t, "settings") {
		by := time.Duration(rapid.SampledFrom([]int{1, 2, 20, 600, 3600, 7200, 90000}).Draw(t, "by")) * time.Second
		if rapid.Bool().Draw(t, "back") {
			by = -by
		}
		at := w.start.Add(time.Duration(rapid.IntRange(1, 90*60*10).Draw(t, "set at")) * 100 * time.Millisecond)
		if rapid.Bool().Draw(t, "while counting") {
			l := rapid.SampledFrom(w.lines).Draw(t, "line").Window
			at = l.From.At.Add(time.Duration(rapid.Float64Range(0, 1.2).Draw(t, "share") * float64(l.To.At.Sub(l.From.At)+10*time.Second)))
		}
		late := time.Duration(rapid.IntRange(0, 50).Draw(t, "noticed after")) * 100 * time.Millisecond
		list = append(list, setting{at, at.Add(late), by})
	}
	slices.SortFunc(list, func(a, b setting) int { return a.at.Compare(b.at) })
	for i := range list[1:] { // two within one look are noticed as one
		if !list[i+1].at.After(list[i].noticed) {
			list[i+1].at = list[i].noticed.Add(time.Second)
			list[i+1].noticed = list[i+1].at.Add(time.Second)
		}
	}
	return list
}

// shows is what the clock shows at a time.
func (s settings) shows(t time.Time) time.Time {
	shown := t
	for _, set := range s {
		if set.at.After(t) {
			shown = shown.Add(-set.by)
		}
	}
	return shown
}

// row is the number of a row that is stored at a time.
func (w *world) row(t time.Time) agent.Seq { return agent.Seq(10 + t.Sub(w.start)/time.Microsecond) }

func (w *world) steps(s settings) (list []agent.ClockStep) {
	for _, set := range s {
		list = append(list, agent.ClockStep{Seq: w.row(set.noticed), At: s.shows(set.noticed), By: set.by})
	}
	return list
}

// wentBack is by how far steps that are stored between two rows set a time back.
func wentBack(steps []agent.ClockStep, after, until agent.Seq) (by time.Duration) {
	for _, s := range steps {
		if s.Seq > after && s.Seq < until {
			by += min(s.By, 0)
		}
	}
	return by
}

// recorded is a line as the queue keeps it: first is when its first entry was made.
func (w *world) recorded(l agent.Line, s settings, first time.Time) agent.Line {
	steps := w.steps(s)
	from, to := l.Window.From.At, l.Window.To.At
	l.First, l.Last = w.row(first), w.row(to)
	previous := s.shows(from).Add(wentBack(steps, w.row(from), l.First))
	if started := s.shows(w.start).Add(wentBack(steps, 0, l.First)); previous.After(s.shows(first)) {
		previous = started
		if started.After(s.shows(first)) {
			previous = s.shows(first)
		}
	}
	l.Window.From.At, l.Window.To.At = previous, s.shows(to)
	between := func(step agent.ClockStep) bool { return step.Seq > l.First && step.Seq < l.Last }
	if early := s.shows(first); early.After(l.Window.To.At) && !slices.ContainsFunc(steps, between) {
		l.Window.To.At = early
	}
	return l
}

// underSteps is what the agent knows where its clock was set. asked are the true
// times of the statements.
func (w *world) underSteps(t *rapid.T, s settings, ownClock bool) (in reconcile.Item, asked map[agent.Seq]time.Time) {
	in = w.facts(w.complete)
	in.Steps, in.OwnClock = w.steps(s), ownClock
	in.Lines = nil
	for _, l := range w.lines {
		takes := l.Window.To.At.Sub(l.Window.From.At)
		first := l.Window.From.At.Add(time.Duration(rapid.Float64Range(0, 1).Draw(t, "first entry") * float64(takes)))
		in.Lines = append(in.Lines, w.recorded(l, s, first))
	}
	asked = map[agent.Seq]time.Time{}
	for i, b := range in.Books {
		at := w.asked(b)
		in.Books[i].Seq = w.row(at) + agent.Seq(i) + 1
		asked[in.Books[i].Seq] = at
		if !ownClock {
			in.Books[i].At.At = b.At.At.Add(s.shows(at).Sub(at))
		}
	}
	for i, m := range in.Movements {
		told := m.Occurred.Latest().Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "told after")) * time.Second)
		in.Movements[i].Seq = w.row(told)
		if !ownClock {
			in.Movements[i].Occurred.At = m.Occurred.At.Add(s.shows(told).Sub(told))
		}
	}
	return in, asked
}

// Whatever is done to the clock while a count runs, the true variance lies in the
// interval once the item does not wait any more.
func TestTruthLiesInTheIntervalWhateverTheClockDoes(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		s := drawSettings(t, w)
		in, asked := w.underSteps(t, s, rapid.Bool().Draw(t, "own clock"))
		v := reconcile.Reconcile(in)
		if v.Status == agent.Waiting || w.late(w.complete) {
			return
		}
		truth := w.truth(asked[v.Book.Seq])
		if truth < v.Variance.Lo || truth > v.Variance.Hi {
			t.Fatalf("the truth is %d, judged %s %+v: %s\n%+v\nsteps %+v\nlines %+v\nthey were %+v", truth, v.Status, v.Variance, v.Sentence, v.Effects, in.Steps, in.Lines, w.lines)
		}
	})
}

// A clock that was right and was set wrong after the counting does no harm either,
// where the shop tells by a clock of its own what moved, once it has told all of it.
func TestTruthLiesInTheIntervalWhereTheClockWasRightBefore(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.complete = w.start.Add(5 * time.Hour)
		w.stated = append(w.stated, w.complete)
		in := w.facts(w.complete)
		in.OwnClock = true
		asked := map[agent.Seq]time.Time{}
		for i, b := range in.Books {
			in.Books[i].Seq, asked[w.row(w.asked(b))+agent.Seq(i)] = w.row(w.asked(b))+agent.Seq(i), w.asked(b)
		}
		for i, l := range in.Lines {
			in.Lines[i].First, in.Lines[i].Last = w.row(l.Window.To.At), w.row(l.Window.To.At)
		}
		by := time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "by")) * time.Second
		set := w.end().Add(time.Duration(rapid.IntRange(6, 3000).Draw(t, "later")) * time.Second)
		in.Steps = []agent.ClockStep{{Seq: w.row(set), At: set.Add(by), By: by}}
		v := reconcile.Reconcile(in)
		if v.Status == agent.Waiting || w.late(w.complete) {
			return
		}
		truth := w.truth(asked[v.Book.Seq])
		if truth < v.Variance.Lo || truth > v.Variance.Hi {
			t.Fatalf("the truth is %d, judged %s %+v: %s\n%+v", truth, v.Status, v.Variance, v.Sentence, v.Effects)
		}
	})
}
