package station_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// typing begins a count with a pass for what is scanned into the clerk's browser.
func typing(t *testing.T) (*floor, agent.CountID, agent.PassID) {
	t.Helper()
	f := openFloor(t, labelled()...)
	count := ask[agent.Count](f.testShop, boss, "count.open", station.OpenCount{})
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: station.PageDevice(clerk.Origin)})
	return f, count.ID, pass.ID
}

func (f *floor) scanInto(who agent.Caller, raw string) station.PageScan {
	f.t.Helper()
	f.clock.pass(time.Second)
	return ask[station.PageScan](f.testShop, who, "scan.read", station.ReadScan{Raw: raw, PageTime: held(0, f.clock.Now())})
}

func TestWhatIsScannedIntoAPageCountsInItsOwnPass(t *testing.T) {
	f, count, pass := typing(t)
	got := f.scanInto(clerk, colaEAN)
	if got.Heard != station.Counted {
		t.Fatalf("it was %q", got.Heard)
	}
	scan := f.stored(got.Seq)
	if scan.Device != station.PageDevice(clerk.Origin) || scan.Pass != pass || scan.Item != cola || scan.Read.Uncertainty == 0 {
		t.Errorf("stored as %+v", scan)
	}
	other := clerk
	other.Origin = "another tablet"
	if got := f.scanInto(other, colaEAN); got.Heard == station.Counted {
		t.Error("a scan into another browser counted in this one's pass")
	}
	if got := f.scanInto(clerk, "BIN-A"); got.Heard != station.Moved {
		t.Errorf("a bin's label was %q", got.Heard)
	}
	f.holds(count, cola, binA, 1)
}

func TestAPageScanThatIsSentAgainCountsOnce(t *testing.T) {
	f, count, _ := typing(t)
	var first agent.Seq
	for range 3 { // as if the answers were lost
		got, err := f.tryAs(clerk, "01J0000000000000000000000A", "scan.read", station.ReadScan{Raw: colaEAN})
		if err != nil {
			t.Fatal(err)
		}
		told := got.(station.PageScan)
		if first == 0 {
			first = told.Seq
		}
		if told.Seq != first || told.Heard != station.Counted {
			t.Errorf("told %+v, want row %d and counted", told, first)
		}
	}
	f.holds(count, cola, binA, 1)
}

// held is what a page says of what it has held for so long, as the agent's time at is.
func held(long time.Duration, at time.Time) station.PageTime {
	ms := long.Milliseconds()
	return station.PageTime{At: at, Held: &ms}
}

func TestAPageScanKeepsItsTimeAndSaysHowExactItIs(t *testing.T) {
	f, _, _ := typing(t)
	f.clock.pass(time.Minute)
	now := f.clock.Now()
	asleep := held(time.Hour, now.Add(-time.Hour))
	asleep.Unsure = time.Hour.Milliseconds()
	for name, tt := range map[string]struct {
		said        station.PageTime
		at          time.Time
		uncertainty time.Duration
	}{
		"just now":                       {held(0, now), now, 250 * time.Millisecond},
		"a moment ago":                   {held(10*time.Second, now.Add(-10*time.Second)), now.Add(-10 * time.Second), 255 * time.Millisecond},
		"while the agent was away":       {held(time.Hour, now.Add(-time.Hour)), now.Add(-time.Hour), 2050 * time.Millisecond},
		"how long it was held alone":     {held(time.Hour, time.Time{}), now.Add(-time.Hour), 2050 * time.Millisecond},
		"on the way for long":            {held(0, now.Add(-20*time.Second)), now.Add(-10 * time.Second), 10*time.Second + 250*time.Millisecond},
		"a clock a little fast":          {held(0, now.Add(time.Second)), now, 250 * time.Millisecond},
		"a tablet that slept meanwhile":  {asleep, now.Add(-90 * time.Minute), 30*time.Minute + 2050*time.Millisecond},
		"longer ago than anything waits": {held(30*24*time.Hour, now.Add(-30*24*time.Hour)), now, 24 * time.Hour},
		"less than nothing":              {held(-time.Hour, now), now, 250 * time.Millisecond},
		"no time":                        {station.PageTime{}, now, 250 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask[station.PageScan](f.testShop, clerk, "scan.read", station.ReadScan{Raw: colaEAN, PageTime: tt.said})
			if read := f.stored(got.Seq).Read; !read.At.Equal(tt.at) || read.Uncertainty != tt.uncertainty {
				t.Errorf("stored as of %v give or take %v, want %v and %v", read.At, read.Uncertainty, tt.at, tt.uncertainty)
			}
		})
	}
}

// Anybody can set a tablet's clock. A time alone, by whatever clock, is never taken for
// exact: what was done may have been done at any moment since.
func TestATimeAloneOfAPageIsNotBelieved(t *testing.T) {
	f, _, pass := typing(t)
	f.clock.pass(2 * time.Hour)
	now := f.clock.Now()
	for name, said := range map[string]time.Time{
		"set back an hour":             now.Add(-time.Hour),
		"set back before the pass":     now.Add(-3 * time.Hour),
		"set back by days":             now.Add(-72 * time.Hour),
		"set forward":                  now.Add(time.Hour),
		"set back by half of a minute": now.Add(-30 * time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			got := ask[station.PageScan](f.testShop, clerk, "scan.read", station.ReadScan{Raw: colaEAN, PageTime: station.PageTime{At: said}})
			typed := ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass, Item: cola, Quantity: 3, PageTime: station.PageTime{At: said}})
			for _, read := range []agent.Stamp{f.stored(got.Seq).Read, typed.Read} {
				if read.Latest().Before(now) || read.Earliest().After(now) {
					t.Errorf("done at %v, stored as of %v give or take %v", now, read.At, read.Uncertainty)
				}
			}
		})
	}
}

// Nothing is typed into a pass before it began.
func TestAQuantityOfBeforeItsPassIsOfSomeTimeSince(t *testing.T) {
	f, _, pass := typing(t)
	f.clock.pass(time.Minute)
	now := f.clock.Now()
	typed := ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass, Item: cola, Quantity: 3, PageTime: held(time.Hour, now.Add(-time.Hour))})
	if read := typed.Read; read.Latest().Before(now) || read.Earliest().After(now.Add(-time.Hour)) {
		t.Errorf("stored as of %v give or take %v, want all between then and now", read.At, read.Uncertainty)
	}
}

// How long a page held a scan is true whatever happened to the agent's clock meanwhile.
// The window covers both times, so that a sale in between is not put on the wrong side.
func TestAPageScanHeldOverAStepOfTheClockCoversTheTrueTime(t *testing.T) {
	for name, tt := range map[string]struct{ held, by time.Duration }{
		"held for long":               {20 * time.Minute, -10 * time.Minute},
		"held for less than the step": {5 * time.Minute, -10 * time.Minute},
		"a small step":                {3 * time.Second, -3 * time.Second},
		"a step forward":              {20 * time.Minute, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			f, _, _ := typing(t)
			f.clock.pass(time.Hour)
			said := f.clock.Now()
			f.clock.pass(tt.by)
			f.put(event(agent.ClockStepped, agent.ClockFact{By: tt.by}))
			f.clock.pass(tt.held)
			truly := f.clock.Now().Add(-tt.held)
			got := ask[station.PageScan](f.testShop, clerk, "scan.read", station.ReadScan{Raw: colaEAN, PageTime: held(tt.held, said)})
			read := f.stored(got.Seq).Read
			if read.Earliest().After(truly) || read.Latest().Before(truly) || read.Uncertainty > 11*time.Minute {
				t.Errorf("it was scanned at %v and is stored as of %v give or take %v", truly, read.At, read.Uncertainty)
			}
			typed := ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: "pass-1", Item: cola, Quantity: 3, PageTime: held(tt.held, said)})
			if typed.Read.Earliest().After(truly) || typed.Read.Latest().Before(truly) {
				t.Errorf("it was typed at %v and is stored as of %v give or take %v", truly, typed.Read.At, typed.Read.Uncertainty)
			}
		})
	}
}

// What is scanned just now, after it, is as exact as ever, although the page reckons
// with the clock of before.
func TestAfterAStepBackAPageIsExactAgain(t *testing.T) {
	f, _, _ := typing(t)
	f.clock.pass(time.Hour)
	f.clock.pass(-10 * time.Minute)
	f.put(event(agent.ClockStepped, agent.ClockFact{By: -10 * time.Minute}))
	f.clock.pass(5 * time.Minute)
	for _, reckoned := range []time.Duration{0, 10 * time.Minute} {
		got := ask[station.PageScan](f.testShop, clerk, "scan.read", station.ReadScan{Raw: colaEAN, PageTime: held(0, f.clock.Now().Add(reckoned))})
		if read := f.stored(got.Seq).Read; read.Uncertainty != 250*time.Millisecond {
			t.Errorf("stored give or take %v", read.Uncertainty)
		}
	}
}

// A page that could not reach the agent sends what it holds to the next run. What was
// sold in between was sold after the scan.
func TestAPageScanOverARestartKeepsItsPlaceBeforeTheSale(t *testing.T) {
	f, count, _ := typing(t)
	scanned := f.clock.Now().Add(time.Second)
	f.clock.pass(10 * time.Minute)
	var err error
	if f.Station, err = station.Start(t.Context(), f.queue, f.clock, agent.RunFact{Version: "test"}, station.Options{Location: here}); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Minute)
	ask[station.PageScan](f.testShop, clerk, "scan.read", station.ReadScan{Raw: colaEAN, PageTime: held(f.clock.Now().Sub(scanned), scanned)})
	line, found := f.line(count, cola, binA)
	if !found || line.Window.To.At.Sub(scanned).Abs() > line.Window.To.Uncertainty || line.Window.To.Uncertainty > time.Second {
		t.Errorf("the line's window is %+v, want it to end at %v", line.Window, scanned)
	}
}

func TestBadPageScansAreRefusedOrMarked(t *testing.T) {
	f, _, _ := typing(t)
	f.refused("bad_arguments", clerk, "scan.read", station.ReadScan{})
	nobody := clerk
	nobody.Origin = ""
	f.refused("bad_arguments", nobody, "scan.read", station.ReadScan{Raw: colaEAN})
	got := f.scanInto(clerk, strings.Repeat("7", 7000))
	if scan := f.stored(got.Seq); scan.Flags&agent.TooLong == 0 || len(scan.Raw) > 4096 {
		t.Errorf("a long one is stored with %v and %d bytes", scan.Flags.Names(), len(scan.Raw))
	}
}

// A quantity that a page held while the agent was away was typed before what was sold
// in between.
func TestAQuantityThatAPageHeldKeepsItsTime(t *testing.T) {
	f, count, pass := typing(t)
	typed := f.clock.Now().Add(time.Second)
	f.clock.pass(10 * time.Minute)
	var err error
	if f.Station, err = station.Start(t.Context(), f.queue, f.clock, agent.RunFact{Version: "test"}, station.Options{Location: here}); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(time.Minute)
	now := f.clock.Now()
	for name, tt := range map[string]struct {
		said        station.PageTime
		at          time.Time
		uncertainty time.Duration
	}{
		"while the agent was away": {held(now.Sub(typed), typed), typed, 250*time.Millisecond + now.Sub(typed)/2000},
		"a moment ago":             {held(10*time.Second, now.Add(-10*time.Second)), now.Add(-10 * time.Second), 255 * time.Millisecond},
		"no time":                  {station.PageTime{}, now, 0}, // it is typed at the agent's own clock
	} {
		t.Run(name, func(t *testing.T) {
			entry := ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass, Item: cola, Quantity: 3, PageTime: tt.said})
			if read := f.stored(entry.Seq).Read; !read.At.Equal(tt.at) || read.Uncertainty != tt.uncertainty {
				t.Errorf("stored as of %v give or take %v, want %v and %v", read.At, read.Uncertainty, tt.at, tt.uncertainty)
			}
		})
	}
	ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass, Item: crisps, Quantity: 2, PageTime: held(now.Sub(typed), typed)})
	if line, _ := f.line(count, crisps, binA); !line.Window.To.At.Equal(typed) || line.Window.From.At.After(typed) {
		t.Errorf("the line's window is %+v, want it to end at %v", line.Window, typed)
	}
}
