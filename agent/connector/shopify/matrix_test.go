package shopify

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/faultproxy"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// answerClass is a way in which the shop may answer a write.
type answerClass struct {
	effect shopifysim.Effect
	// either is true where such an answer may come after the write was carried out.
	either bool
	// cards is how many lines of a request of two end as cards.
	cards int
}

// answerClasses are those of the table in the README, by name.
func answerClasses() map[string]answerClass {
	all := map[string]answerClass{
		"cut": {shopifysim.Cut(), true, 0}, "half": {shopifysim.Truncated(), true, 0}, "web page": {shopifysim.HTML(), true, 0},
		"too large": {shopifysim.Huge(9 << 20), true, 0},
	}
	for _, code := range []int{408, 429, 430, 500, 502, 503, 504} {
		all[fmt.Sprint("HTTP ", code)] = answerClass{shopifysim.Status(code, time.Second), true, 0}
	}
	for _, code := range []int{400, 401, 402, 403, 404, 423} {
		all[fmt.Sprint("HTTP ", code)] = answerClass{shopifysim.Status(code, 0), false, 0}
	}
	for _, code := range []string{"THROTTLED", "INTERNAL_SERVER_ERROR", "A_CODE_OF_TOMORROW"} {
		all[code] = answerClass{shopifysim.TopLevel(code), true, 0}
	}
	for _, code := range []string{"ACCESS_DENIED", "INVALID_FIELD_ARGUMENTS", "BAD_REQUEST", "undefinedField"} {
		all[code] = answerClass{shopifysim.TopLevel(code), false, 0}
	}
	for _, code := range []string{
		"SERVICE_UNAVAILABLE", "ADJUST_QUANTITIES_FAILED", "IDEMPOTENCY_CONCURRENT_REQUEST", "CHANGE_FROM_QUANTITY_STALE",
		"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "INVALID_LOCATION", "INVALID_REASON", "INVALID_REFERENCE_DOCUMENT",
		"NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
	} {
		all[code] = answerClass{shopifysim.UserError(0, code), false, 0}
	}
	for _, code := range []string{"INVALID_INVENTORY_ITEM", "NON_MUTABLE_INVENTORY_ITEM", "INVALID_QUANTITY_TOO_HIGH", "A_LINE_CODE_OF_TOMORROW"} {
		all[code] = answerClass{shopifysim.UserError(0, code), false, 1}
	}
	all["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"] = answerClass{shopifysim.UserError(0, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"), false, 2}
	return all
}

// batches are the requests of a backlog and how many lines each has.
var batches = []struct {
	name  string
	lines int
}{{"first", 2}, {"middle", 2}, {"last", 1}}

func variances() []int64 { return []int64{-1, 3, -2, 1, -4} }

// Every answer, at the first, a middle and the last request, whether it was carried out
// or not: the shop ends with the truth, and where a line was refused with a card.
func TestEveryAnswerAtEveryBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStage(t)
		defer s.close()
		s.start(nil)
		classes := answerClasses()
		for _, name := range slices.Sorted(maps.Keys(classes)) {
			class := classes[name]
			for i, batch := range batches {
				for _, executed := range []bool{false, true} {
					if executed && !class.either {
						continue
					}
					s.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Skip: i, Executed: executed, Effect: class.effect})
					before := s.shop.Counters().Faulted
					s.approve(variances()...)
					s.finish(4 * time.Hour)
					ends := s.check()
					cards := min(class.cards, batch.lines)
					if struck := s.shop.Counters().Faulted - before; struck != 1 || ends[agent.Delivered] != backlog-cards {
						t.Fatalf("%s at the %s request, carried out: %v: %d faults, ends as %v, %d cards are right", name, batch.name, executed, struck, ends, cards)
					}
				}
			}
		}
	})
}

// Whatever befalls a connection at the first, a middle and the last request.
func TestEveryBrokenConnectionAtEveryBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStage(t)
		defer s.close()
		s.start(nil)
		for _, kind := range faultproxy.Kinds {
			for i, batch := range batches {
				s.proxy.Fail(faultproxy.Fault{Kind: kind, Of: "SetQuantities", Skip: i, Other: "http://127.0.0.1:2/"})
				before := s.proxy.Struck()
				s.approve(variances()...)
				s.finish(4 * time.Hour)
				if ends := s.check(); s.proxy.Struck() != before+1 || ends[agent.Delivered] != backlog {
					t.Fatalf("%s at the %s request ends as %v", kind, batch.name, ends)
				}
			}
		}
	})
}

// The process dies between any two steps of three requests, while replies are lost, and
// while nothing else goes wrong.
func TestDeathAtEveryStepOfEveryBatch(t *testing.T) {
	for _, kind := range []faultproxy.Kind{"", faultproxy.Lost, faultproxy.ResetBefore} {
		t.Run("with "+string(kind), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := openStage(t)
				defer s.close()
				for at := 1; ; at++ {
					for i := range batches {
						if kind != "" {
							s.proxy.Fail(faultproxy.Fault{Kind: kind, Of: "SetQuantities", Skip: 2 * i})
						}
					}
					d := &death{at: at}
					s.approve(variances()...)
					s.start(d)
					time.Sleep(time.Minute)
					s.reborn()
					s.finish(4 * time.Hour)
					if ends := s.check(); ends[agent.Delivered] != backlog {
						t.Fatalf("death at step %d ends as %v", at, ends)
					}
					s.stop()
					s.proxy.Clear()
					if d.steps < at {
						if at < 20 {
							t.Errorf("only %d steps", d.steps)
						}
						return
					}
				}
			})
		})
	}
}

// reborn starts the agent anew, after it has ended, with the file as it lies there.
func (s *stage) reborn() {
	s.Helper()
	s.stop()
	if err := s.queue.Close(); err != nil {
		s.Fatal(err)
	}
	s.openQueue()
	s.start(nil)
}

// sized is how large a test is: a variable of the environment, for releases, or usual.
func sized(t *testing.T, variable string, usual int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q", variable, text)
	}
	return n
}

// Anything befalls a backlog, several things at a time: faults of the shop and of what
// lies between, deaths, sales, people who type numbers, days without a network. Each
// line is written once, or not and there is a card that says so, or a card says that it
// is not known.
func TestNothingIsDoubledInRandomRuns(t *testing.T) {
	const each = 25 // runs of one stage
	runs := sized(t, "FAULT_RUNS", 50)
	total := make(chan map[agent.DeliveryState]int, runs)
	t.Run("stages", func(t *testing.T) {
		for first := sized(t, "FAULT_FIRST", 1) - 1; first < runs; first += each {
			t.Run(fmt.Sprint("from ", first), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := openStage(t)
					defer s.close()
					for n := first; n < min(first+each, runs); n++ {
						total <- s.random(rand.New(rand.NewPCG(uint64(n), 6)))
						if t.Failed() {
							t.Fatalf("this was run %d: repeat it with FAULT_FIRST=%d FAULT_RUNS=%d", n, first+1, n+1)
						}
					}
				})
			})
		}
	})
	close(total)
	sum, done := make(map[agent.DeliveryState]int), 0
	for ends := range total {
		done++
		for state, n := range ends {
			sum[state] += n
		}
	}
	t.Logf("%d runs, lines: %v", done, sum)
}

// random makes one run and checks how it ends.
func (s *stage) random(r *rand.Rand) map[agent.DeliveryState]int {
	s.Helper()
	s.befall(r)
	all := make([]int64, backlog)
	for i := range all {
		all[i] = []int64{-3, -2, -1, 1, 2}[r.IntN(5)]
	}
	s.approve(all...)
	var d *death
	if r.IntN(2) == 0 {
		d = &death{at: 1 + r.IntN(30)}
	}
	s.start(d)
	ctx, close := context.WithCancel(context.Background())
	busy := make(chan struct{})
	trade := rand.New(rand.NewPCG(r.Uint64(), 7)) // of its own: both draw at the same time
	go func() { defer func() { busy <- struct{}{} }(); s.trade(ctx, trade) }()
	s.finish(time.Duration(r.IntN(10)) * time.Minute / 2)
	close()
	<-busy
	s.stop()
	if r.IntN(5) == 0 {
		time.Sleep(26 * time.Hour) // nobody is there, and keys die
	}
	s.reborn()
	s.finish(12 * time.Hour)
	s.stop()
	s.proxy.Clear()
	s.shop.ClearFaults()
	return s.check()
}

// befall plants up to four faults.
func (s *stage) befall(r *rand.Rand) {
	classes := answerClasses()
	names := slices.Sorted(maps.Keys(classes))
	for range r.IntN(5) {
		if r.IntN(2) == 0 {
			s.proxy.Fail(faultproxy.Fault{
				Kind: faultproxy.Kinds[r.IntN(len(faultproxy.Kinds))], Of: []string{"SetQuantities", "SetQuantities", ""}[r.IntN(3)],
				Skip: r.IntN(4), Other: "http://127.0.0.1:2/",
			})
			continue
		}
		class := classes[names[r.IntN(len(names))]]
		s.shop.Fail(shopifysim.Fault{
			Operation: "SetQuantities", Skip: r.IntN(4), Times: 1 + r.IntN(2), Executed: class.either && r.IntN(2) == 0, Effect: class.effect,
		})
	}
}

// trade sells now and then, and now and then somebody types a number, until ctx ends.
func (s *stage) trade(ctx context.Context, r *rand.Rand) {
	typed := r.IntN(4) == 0
	for {
		time.Sleep(time.Duration(r.ExpFloat64() * float64(30*time.Second)))
		if ctx.Err() != nil {
			return
		}
		item := string(s.items[r.IntN(len(s.items))])
		if typed && r.IntN(4) == 0 {
			if err := s.shop.SetByHand(item, 990+r.Int64N(20), "Anna"); err != nil {
				s.Error(err)
			}
			continue
		}
		if _, err := s.shop.SellPOS(shopifysim.Sale{Lines: []shopifysim.Line{{Item: item, Quantity: 1 + r.Int64N(2)}}}); err != nil {
			s.Error(err)
		}
	}
}
