package reconcile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// noticed is how long after a step, at the most, rows are stored before it is: it is
// looked for every few seconds. So close to a step a time may be of either side.
const noticed = time.Minute

// steps are what was done to the agent's clock, oldest first. An epoch is the time
// between two of them: epoch n comes after n steps. See doc.go for what they make of
// times that were recorded before.
type steps []agent.ClockStep

// seen returns the steps that some of an item's rows came before, or some of the
// times that its lines tell.
func seen(in Item) steps {
	for i, step := range in.Steps {
		before := func(row agent.Seq) bool { return row < step.Seq }
		told := func(l agent.Line) bool { return before(l.First) || !steps(in.Steps).fits(l.Window.To, i+1) }
		if slices.ContainsFunc(in.Lines, told) ||
			slices.ContainsFunc(in.Books, func(b agent.Book) bool { return before(b.Seq) }) ||
			slices.ContainsFunc(in.Movements, func(m agent.Movement) bool { return before(m.Seq) }) {
			return in.Steps[i:]
		}
	}
	return nil
}

// epoch returns in which epoch a row was stored. A row that is not known is as old
// as can be.
func (s steps) epoch(row agent.Seq) int {
	n := 0
	for n < len(s) && s[n].Seq < row {
		n++
	}
	return n
}

// span is what is added to a time. Of a time of an epoch the clock was wrong by
// nothing, by one step, by two and so on, nobody knows since when: lo and hi are the
// ends of that. all is what puts it into the epoch that runs now.
type span struct{ lo, hi, all time.Duration }

func (s steps) since(epoch int) (d span) {
	for _, step := range s[epoch:] {
		d.all += step.By
		d.lo, d.hi = min(d.lo, d.all), max(d.hi, d.all)
	}
	return d
}

// fits reports whether the clock can have shown a time in an epoch.
func (s steps) fits(t agent.Stamp, epoch int) bool {
	late := epoch < len(s) && t.Earliest().After(s[epoch].Before().Add(noticed))
	early := epoch > 0 && t.Latest().Before(s[epoch-1].At.Add(-noticed))
	return !late && !early
}

// epochs returns in which epochs a time can have been recorded that a row between two
// tells. If the clock can have shown it in none, somebody told an older time, as a
// page does that held a scan back.
func (s steps) epochs(t agent.Stamp, first, last agent.Seq) (list []int) {
	end := s.epoch(last)
	if s.unnoticed(t, end) {
		end++
	}
	for _, e := range upTo(s.epoch(first), end) {
		if s.fits(t, e) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return upTo(0, end)
	}
	return list
}

// unnoticed reports whether a time of an epoch can be of the next: the clock was set
// already, and the row was stored before anybody knew.
func (s steps) unnoticed(t agent.Stamp, epoch int) bool {
	return epoch < len(s) && !t.Latest().Before(s[epoch].At.Add(-noticed)) && !t.Earliest().After(s[epoch].At)
}

// upTo lists the epochs from one to another.
func upTo(from, to int) []int {
	list := make([]int, 0, to-from+1)
	for e := from; e <= to; e++ {
		list = append(list, e)
	}
	return list
}

// widened returns a time of one of some epochs as it can have been.
func (s steps) widened(t agent.Stamp, epochs []int) agent.Stamp {
	var d span
	for _, e := range epochs {
		one := s.since(e)
		d.lo, d.hi = min(d.lo, one.lo), max(d.hi, one.hi)
	}
	return shifted(t, d.lo, d.hi)
}

// corrected returns what the clock as it is now would have shown at a time of one of
// some epochs.
func (s steps) corrected(t agent.Stamp, epochs []int) agent.Stamp {
	lo := s.since(epochs[0]).all
	hi := lo
	for _, e := range epochs {
		all := s.since(e).all
		lo, hi = min(lo, all), max(hi, all)
	}
	return shifted(t, lo, hi)
}

func shifted(t agent.Stamp, lo, hi time.Duration) agent.Stamp {
	if lo == hi {
		return agent.Stamp{At: t.At.Add(lo), Uncertainty: t.Uncertainty}
	}
	return between(t.Earliest().Add(lo), t.Latest().Add(hi))
}

// window returns when a line was counted.
func (s steps) window(l agent.Line) agent.Window {
	if len(s) == 0 {
		return l.Window
	}
	ends := s.epochs(l.Window.To, l.First, l.Last)
	begins := upTo(min(ends[0], s.epoch(l.First)), max(ends[len(ends)-1], s.epoch(l.Last)))
	return agent.Window{From: s.widened(l.Window.From, begins), To: s.widened(l.Window.To, ends)}
}

// CutOff returns a line's cut-off by the clock as it is now: what is to be waited for.
func CutOff(l agent.Line, clock []agent.ClockStep) agent.Stamp {
	s := steps(clock)
	return s.corrected(l.Window.To, s.epochs(l.Window.To, l.First, l.Last))
}

// StatedAt returns when a statement was made, by the clock as it is now.
func StatedAt(b agent.Book, clock []agent.ClockStep) agent.Stamp {
	s := steps(clock)
	return s.corrected(b.At, s.epochs(b.At, b.Seq, b.Seq))
}

// occurred returns movements with the times at which they can have happened. What
// the shop dates by its own clock is not touched by what becomes of ours.
func (r *reckoning) occurred() []agent.Movement {
	if len(r.Steps) == 0 || r.OwnClock {
		return r.Movements
	}
	list := slices.Clone(r.Movements)
	for i, m := range list {
		s := steps(r.Steps)
		e := s.epoch(m.Seq) // or the next one: nothing tells when exactly it was read
		list[i].Occurred = s.widened(m.Occurred, upTo(e, min(e+1, len(s))))
		list[i].Seq = max(m.Seq, s[len(s)-1].Seq+1) // so that it is not widened twice
	}
	return list
}

// at is when a statement was made.
func (r *reckoning) at(b agent.Book) agent.Stamp {
	if r.OwnClock {
		return b.At
	}
	s := steps(r.Steps)
	return s.widened(b.At, s.epochs(b.At, b.Seq, b.Seq))
}

// corrected is the same by the clock as it is now.
func (r *reckoning) statedAt(b agent.Book) agent.Stamp {
	if r.OwnClock {
		return b.At
	}
	return StatedAt(b, r.Steps)
}

// setClock says that the clock was set, where the numbers would be clearer if it had
// not been.
func (r *reckoning) setClock() string {
	if r.basis.expected.Certain() || len(r.Steps) == 0 || !r.basis.found {
		return ""
	}
	if width(reckon(r.calm()).basis.expected) >= width(r.basis.expected) {
		return ""
	}
	return fmt.Sprintf("Since you began to count this, the clock of this computer was set %s: "+
		"nobody can tell what moved before you counted and what after.", r.howSet())
}

// calm returns the facts as they were if the clock had been wrong by all that it was
// set by, and nothing about it were in doubt.
func (r *reckoning) calm() Item {
	in, s := r.Item, steps(r.Steps)
	in.Steps = nil
	in.Lines, in.Books, in.Movements = slices.Clone(in.Lines), slices.Clone(in.Books), slices.Clone(in.Movements)
	for i, l := range in.Lines {
		in.Lines[i].Window.From.At = l.Window.From.At.Add(s.since(s.epoch(l.First)).all)
		in.Lines[i].Window.To = CutOff(l, r.Steps)
	}
	for i, b := range in.Books {
		in.Books[i].At = r.statedAt(b)
	}
	for i, m := range in.Movements {
		if !r.OwnClock {
			in.Movements[i].Occurred.At = m.Occurred.At.Add(s.since(s.epoch(m.Seq)).all)
		}
	}
	return in
}

// howSet tells the steps that the item's lines have seen, or of which its statements
// and movements have.
func (r *reckoning) howSet() string {
	oldest := agent.Seq(0)
	for _, l := range r.lines {
		if oldest == 0 || l.First < oldest {
			oldest = l.First
		}
	}
	seen := steps(r.Steps)[steps(r.Steps).epoch(oldest):]
	if len(seen) == 0 {
		seen = r.Steps
	}
	if len(seen) > 3 {
		return fmt.Sprintf("%d times", len(seen))
	}
	parts := make([]string, len(seen))
	for i, s := range seen {
		way := "forward"
		if s.By < 0 {
			way = "back"
		}
		parts[i] = way + " by " + long(s.By.Abs())
	}
	return strings.Join(parts, ", then ")
}

// long writes a duration as people say it: the two largest units of it.
func long(d time.Duration) string {
	d = max(d.Round(time.Second), time.Second)
	var parts []string
	for _, u := range []struct {
		is   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := int64(d / u.is); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, plural(n, u.name, u.name+"s")))
		}
		d %= u.is
	}
	return strings.Join(parts[:min(len(parts), 2)], " ")
}
