package rehearsal

import (
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// full is how many articles a rehearsal of full size has; sales are told for it.
	full  = 1000
	short = 200
)

// number is a setting of the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s is %q", name, text)
	}
	return n
}

// rehearsed plays a day in a bubble of virtual time.
func rehearsed(t *testing.T, s scenario) (o outcome) {
	t.Helper()
	began := time.Now()
	synctest.Test(t, func(t *testing.T) { o = play(t, s) })
	t.Logf("%s, seed %d: %v", s.name, s.seed, time.Since(began).Round(time.Millisecond))
	return o
}

// scaled makes a scenario of full size one of as many articles as are wanted, with the
// same sales an article.
func scaled(t *testing.T, s scenario) scenario {
	s.items = number(t, "REHEARSAL_ITEMS", short)
	s.sales = s.sales * s.items / full
	s.seed = uint64(number(t, "REHEARSAL_SEED", 1))
	if s.method == "" {
		s.method = agent.CutOff
	}
	return s
}

const quarter = 15 * time.Minute

// worst has everything at once.
var worst = scenario{name: "all at once", sales: 1000, basket: quarter, late: 0.1, ahead: time.Minute}

var naive = scenario{name: "as others count", sales: 1000, basket: quarter, method: agent.Snapshot}

// Whatever happens while the shop is counted, its books are right in the end, and
// nothing is wrong at any time about which nobody is asked.
func TestADayEndsRight(t *testing.T) {
	t.Parallel()
	o := rehearsed(t, scaled(t, worst))
	right(t, o)
	proves(t, o)
}

// The same day with the method of many products must end wrong, or the ledger would
// not notice what it is there to notice.
func TestTheNaiveTwinEndsWrong(t *testing.T) {
	t.Parallel()
	if o := rehearsed(t, scaled(t, naive)); len(o.wrong) == 0 {
		t.Errorf("%d articles, %d sales, and all is right", o.scenario.items, o.sold)
	}
}

// right fails if anything is wrong.
func right(t *testing.T, o outcome) {
	t.Helper()
	if len(o.unflagged) > 0 {
		t.Errorf("of %d articles the number is wrong and nobody was asked: %v", len(o.unflagged), o.unflagged)
	}
	if len(o.late.unflagged) > 0 {
		t.Errorf("of %d articles late sales made the number wrong and nobody is asked: %v", len(o.late.unflagged), o.late.unflagged)
	}
	if len(o.wrong) > 0 {
		t.Errorf("in the end the number of %d articles is wrong: %v", len(o.wrong), o.wrong)
	}
	if o.clashes > 0 {
		t.Errorf("%d deliveries met a change that nothing explained, and nobody made one", o.clashes)
	}
}

// proves fails if too little happened to prove anything.
func proves(t *testing.T, o outcome) {
	t.Helper()
	tame := o.adjusted < o.scenario.items/5 || o.asked == 0 && o.scenario.basket > 0 || o.scenario.late > 0 && o.late.wrong == 0
	if tame {
		t.Errorf("too little happened to prove anything: %+v", o)
	}
}
