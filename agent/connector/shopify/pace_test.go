package shopify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	reading "github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/upload"
)

// What a Standard plan gives, and what a backlog costs at least by the simulated shop's
// reckoning: each level is read once, and a request has up to 100 lines.
const (
	standardRate   = 100.0
	standardBucket = 2000.0
	levelPoints    = 5.0
	writePoints    = 10.0
)

// dictated is how long the bucket alone makes a backlog take.
func dictated(lines int) time.Duration {
	points := float64(lines)*levelPoints + float64((lines+99)/100)*writePoints
	return time.Duration((points - standardBucket) / standardRate * float64(time.Second))
}

// upTo uploads until done says so and nothing is left, or patience ends.
func (b *busyShop) upTo(ctx context.Context, done func() bool, patience time.Duration) time.Duration {
	ctx, end := context.WithCancel(ctx)
	reads := reading.New(b.queue, b.upstream, realClock{}, reading.Options{Location: b.at})
	sends := upload.New(b.queue, b.upstream, realClock{}, upload.Options{Catcher: reads})
	var run sync.WaitGroup
	run.Go(func() { _ = reads.Run(ctx) })
	run.Go(func() { _ = sends.Run(ctx) })
	began := time.Now()
	for time.Since(began) < patience && !(done() && len(b.left()) == 0) {
		time.Sleep(time.Second)
	}
	took := time.Since(began)
	end()
	run.Wait()
	return took
}

// A backlog takes about as long as the bucket alone makes it take: neither are points
// wasted, nor is time let pass in which there are some.
func TestABacklogTakesWhatTheBucketDictates(t *testing.T) {
	lines := sized(t, "BACKLOG_LINES", 2000)
	synctest.Test(t, func(t *testing.T) {
		b := openBusyShop(t, lines, shopifysim.Options{Token: testToken, RestoreRate: standardRate, BucketSize: standardBucket})
		defer b.queue.Close()
		time.Sleep(time.Minute) // the bucket fills
		least := dictated(lines)
		requests := (lines + 99) / 100
		took := b.upTo(t.Context(), func() bool { return b.shop.Counters().Applied >= requests }, 3*least)
		sent := b.shop.Counters()
		t.Logf("%d adjustments took %v; the bucket alone dictates %v: %.2f times; %d requests, %d readings, throttled %d times",
			lines, took.Round(time.Second), least.Round(time.Second), took.Seconds()/least.Seconds(),
			sent.Requests["SetQuantities"], sent.Requests["LevelsByItems"], sent.Throttled)
		if left := b.left(); len(left) > 0 || took > least*13/10 {
			t.Errorf("after %v there are still %v; the bucket alone dictates %v", took, left, least)
		}
	})
}

// neighbour is an agent of another location of the same shop, with a store of its own.
func (b *busyShop) neighbour() *busyShop {
	b.Helper()
	other := &busyShop{T: b.T, shop: b.shop, at: agent.LocationID(b.shop.AddLocation("Second")), items: b.items, sold: map[agent.ItemID]int64{}, random: rand.New(rand.NewPCG(3, 4))}
	for _, item := range b.items {
		if err := b.shop.Stock(string(item), string(other.at), 500); err != nil {
			b.Fatal(err)
		}
	}
	other.begin()
	return other
}

// delivered counts what an agent has delivered.
func (b *busyShop) delivered() int {
	missing := 0
	for _, n := range b.left() {
		missing += n
	}
	return len(b.items) - missing
}

// Two agents of one shop share its bucket: both get on, and together they take about as
// long as one with both backlogs.
func TestTwoAgentsShareABucket(t *testing.T) {
	const lines = 800
	synctest.Test(t, func(t *testing.T) {
		one := openBusyShop(t, lines, shopifysim.Options{Token: testToken, RestoreRate: standardRate, BucketSize: standardBucket})
		defer one.queue.Close()
		two := one.neighbour()
		defer two.queue.Close()
		time.Sleep(time.Minute)
		least := dictated(2 * lines)
		agents := []*busyShop{one, two}
		took := make([]time.Duration, len(agents))
		reached := make([]string, len(agents)) // by the other one when this one was done
		var both sync.WaitGroup
		for i, b := range agents {
			both.Go(func() {
				took[i] = b.upTo(t.Context(), func() bool { return true }, 3*least)
				other := agents[1-i]
				reached[i] = fmt.Sprint(other.delivered())
				if part := other.delivered(); part < lines/3 {
					t.Errorf("one agent is done, the other has delivered %d of %d lines", part, lines)
				}
			})
		}
		both.Wait()
		t.Logf("took %v, the bucket alone dictates %v; the other had delivered %v; throttled %d times", took, least, reached, one.shop.Counters().Throttled)
		for i, b := range agents {
			if left := b.left(); len(left) > 0 || took[i] > least*13/10 {
				t.Errorf("agent %d: after %v there are still %v", i+1, took[i], left)
			}
		}
	})
}
