package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

var opening = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// floor is a count with two people in one zone, for walks along its shelves.
type floor struct {
	walks *reconcile.Walks
	now   time.Time
	bin   agent.Bin
}

func openFloor() *floor {
	pass := func(id agent.PassID, person string, round int64) agent.Pass {
		return agent.Pass{ID: id, Person: agent.Actor{Kind: agent.PersonActor, ID: person}, Round: round, Started: agent.Stamp{At: opening}}
	}
	return &floor{
		walks: reconcile.NewWalks([]agent.Pass{pass("ann", "Ann", 0), pass("bo", "Bo", 0), pass("again", "Ann", 1)}),
		now:   opening,
	}
}

// walk scans items; each letter is a scan of one item, five seconds each.
func (f *floor) walk(pass agent.PassID, minute int, letters string) {
	f.now = opening.Add(time.Duration(minute) * time.Minute)
	for _, letter := range letters {
		f.walks.Add(reconcile.Step{Pass: pass, Zone: "aisle 4", Bin: f.bin, Item: agent.ItemID(letter), At: f.now})
		f.now = f.now.Add(5 * time.Second)
	}
}

func byID(a agent.Actor) string { return a.ID }

// nobodyKnows judges nothing: the books are not there yet.
func nobodyKnows(id agent.ItemID) reconcile.Judged { return reconcile.Judged{Name: string(id)} }

func (f *floor) hints(judge func(agent.ItemID) reconcile.Judged) []string {
	list, _ := f.walks.Doubled(judge, byID, nil)
	var said []string
	for _, h := range list {
		said = append(said, h.Sentence)
	}
	return said
}

func TestShelvesThatLookScannedTwice(t *testing.T) {
	for _, c := range []struct {
		name string
		walk func(*floor)
		want string // "" for no hint
	}{
		{
			"the same five items by another person",
			func(f *floor) { f.walk("ann", 31, "AABBCCDDEEXY"); f.walk("bo", 52, "ZABBBCCDEEW") },
			"aisle 4 looks scanned twice, 10:31 and 10:52: 5 items in the same order, by Ann and by Bo.",
		},
		{
			"the same person, back along the shelf",
			func(f *floor) { f.walk("ann", 31, "AABCDDE"); f.walk("ann", 45, "XEDDCBA") },
			"aisle 4 looks scanned twice, 10:31 and 10:45: 5 items in the opposite order, both times by Ann.",
		},
		{
			"turned round at the end of the shelf",
			func(f *floor) { f.walk("ann", 31, "ABCDEFEDCBA") },
			"aisle 4 looks scanned twice, 10:31 and 10:31: 5 items in the opposite order, both times by Ann.",
		},
		{
			"a long shelf is one hint",
			func(f *floor) { f.walk("ann", 1, "ABCDEFGHIJKL"); f.walk("bo", 20, "ABCDEFGHIJKL") },
			"aisle 4 looks scanned twice, 10:01 and 10:20: 12 items in the same order, by Ann and by Bo.",
		},
		{
			"three items, twelve scans",
			func(f *floor) { f.walk("ann", 31, "AAAABBBBBCCCC"); f.walk("bo", 52, "AAAABBBBBCCCC") },
			"aisle 4 looks scanned twice, 10:31 and 10:52: 3 items in the same order, by Ann and by Bo.",
		},
		{
			"three items, twelve scans and back again",
			func(f *floor) { f.walk("ann", 31, "AAAABBBBBCCCCCCCCBBBBBAAAA") },
			"aisle 4 looks scanned twice, 10:31 and 10:32: 3 items in the opposite order, both times by Ann.",
		},
		{"four items are too few", func(f *floor) { f.walk("ann", 31, "ABCD"); f.walk("ann", 52, "XABCD") }, ""},
		{"other numbers of three items", func(f *floor) { f.walk("ann", 31, "AAAABBBBBCCCC"); f.walk("ann", 52, "XAAAABBBCCCCC") }, ""},
		{"one item many times", func(f *floor) { f.walk("ann", 31, strings.Repeat("A", 60)) }, ""},
		{"two items mixed in one box", func(f *floor) { f.walk("ann", 31, strings.Repeat("AB", 30)) }, ""},
		{"another order", func(f *floor) { f.walk("ann", 31, "ABCDE"); f.walk("ann", 52, "XAEBDCY") }, ""},
		{"a recount", func(f *floor) { f.walk("ann", 31, "ABCDEFG"); f.walk("again", 52, "ABCDEFG") }, ""},
		{"a break between two walks is no row", func(f *floor) { f.walk("ann", 31, "ABC"); f.walk("bo", 31, "DE"); f.walk("ann", 40, "XDEABC") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := openFloor()
			c.walk(f)
			var said []string
			for _, s := range f.hints(nobodyKnows) {
				if !strings.Contains(s, "both counted") {
					said = append(said, s)
				}
			}
			if got := strings.Join(said, "\n"); got != c.want {
				t.Errorf("says %q, want %q", got, c.want)
			}
		})
	}
}

// expecting judges items by a table of counted and expected quantities.
func expecting(table map[string][2]int64) func(agent.ItemID) reconcile.Judged {
	return func(id agent.ItemID) reconcile.Judged {
		row, known := table[string(id)]
		return reconcile.Judged{
			Name: "item " + string(id), Known: known, Counted: row[0], Expected: agent.Exactly(row[1]), Over: row[0] != row[1],
		}
	}
}

// A shelf that lies in the shop twice is scanned twice, and rightly so.
func TestARepeatOfWhichEverythingMatchesIsNone(t *testing.T) {
	f := openFloor()
	f.walk("ann", 31, "ABCDE")
	f.walk("ann", 52, "XABCDE")
	right := map[string][2]int64{"A": {2, 2}, "B": {2, 2}, "C": {2, 2}, "D": {2, 2}, "E": {2, 2}}
	if said := f.hints(expecting(right)); len(said) != 0 {
		t.Errorf("says %q", said)
	}
	right["C"] = [2]int64{2, 1}
	if said := f.hints(expecting(right)); len(said) != 1 {
		t.Errorf("says %q", said)
	}
}

func TestNeighboursThatWereCountedAboutTwice(t *testing.T) {
	double := map[string][2]int64{"A": {14, 7}, "B": {4, 2}, "C": {21, 10}, "D": {5, 5}}
	f := openFloor()
	f.bin = "A-04"
	f.walk("ann", 31, "DABC")
	want := "A-04 in aisle 4 looks scanned twice, 10:31: 14 of item A where 7 were expected, 4 of item B where 2 were expected, 21 of item C where 10 were expected."
	if said := f.hints(expecting(double)); len(said) != 1 || said[0] != want {
		t.Errorf("says %q, want %q", said, want)
	}
	f.walk("ann", 52, "DCBA") // the same three in another walk are the second time
	if said := f.hints(expecting(double)); len(said) != 1 || !strings.HasPrefix(said[0], "A-04 in aisle 4 looks scanned twice, 10:31 and 10:52: ") {
		t.Errorf("says %q", said)
	}
	for name, change := range map[string][2]int64{"not twice": {20, 7}, "nothing expected": {14, 0}, "as expected": {7, 7}, "too little": {11, 7}} {
		other := map[string][2]int64{"A": change, "B": {4, 2}, "C": {21, 10}}
		f := openFloor()
		f.walk("ann", 31, "ABC")
		if said := f.hints(expecting(other)); len(said) != 0 {
			t.Errorf("%s: says %q", name, said)
		}
	}
}

func TestTwoPeopleWhoCountTheSameBinsAtOneTime(t *testing.T) {
	f := openFloor()
	f.walk("ann", 31, "ABC")
	f.walk("bo", 31, "ZYA")
	f.walk("ann", 40, "D")
	f.walk("bo", 52, "X")
	want := "Ann and Bo both counted in aisle 4 between 10:31 and 10:40, 1 item of them the same: look whether one shelf was counted by both."
	if said := f.hints(nobodyKnows); len(said) != 1 || said[0] != want {
		t.Errorf("says %q, want %q", said, want)
	}

	side := openFloor() // side by side in one zone, in bins of their own
	side.bin = "A-01"
	side.walk("ann", 31, "ABC")
	side.bin = "A-02"
	side.walk("bo", 31, "ABC")
	after := openFloor() // one after the other is what a shift does
	after.walk("ann", 31, "AB")
	after.walk("bo", 52, "BA")
	for name, f := range map[string]*floor{"side by side": side, "one after the other": after} {
		if said := f.hints(nobodyKnows); len(said) != 0 {
			t.Errorf("%s: says %q", name, said)
		}
	}
}

// A quantity that is typed anew takes the place of the one before: nothing is doubled
// by the same pass. By another pass it is.
func TestTypedQuantitiesReplaceThoseOfTheirPass(t *testing.T) {
	typed := func(second agent.PassID) []string {
		f := openFloor()
		for minute, pass := range map[int]agent.PassID{31: "ann", 52: second} {
			for n, letter := range "ABCDEF" {
				f.walks.Add(reconcile.Step{Pass: pass, Item: agent.ItemID(letter), At: opening.Add(time.Duration(minute)*time.Minute + time.Duration(n)*time.Second), Set: true})
			}
		}
		return f.hints(nobodyKnows)
	}
	if said := typed("ann"); len(said) != 0 {
		t.Errorf("says %q", said)
	}
	if said := typed("bo"); len(said) != 1 || !strings.HasPrefix(said[0], "A shelf looks scanned twice, 10:31 and 10:52: 6 items") {
		t.Errorf("says %q", said)
	}
}

// Whatever else is scanned before, between and after, a shelf of five or more items
// that is walked twice, in either direction, is noticed, and where it was.
func TestEveryRepeatedShelfIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := openFloor()
		others := rune(0x4e00)
		noise := func(name string) string {
			var text strings.Builder
			for range rapid.IntRange(0, 20).Draw(t, name) {
				others++
				text.WriteRune(others)
			}
			return text.String()
		}
		shelf := []rune("ABCDEFGHIJKLMNOPQRST")[:rapid.IntRange(5, 20).Draw(t, "shelf")]
		back := rapid.Bool().Draw(t, "back")
		walk := func() string {
			var text strings.Builder
			for _, letter := range shelf {
				text.WriteString(strings.Repeat(string(letter), rapid.IntRange(1, 3).Draw(t, "scans")))
			}
			return text.String()
		}
		f.walk("ann", 1, noise("before")+walk()+noise("between")+"+")
		if back {
			for i, j := 0, len(shelf)-1; i < j; i, j = i+1, j-1 {
				shelf[i], shelf[j] = shelf[j], shelf[i]
			}
		}
		second := rapid.SampledFrom([]agent.PassID{"ann", "bo"}).Draw(t, "second")
		f.walk(second, 40, walk()+noise("after"))
		list, _ := f.walks.Doubled(nobodyKnows, byID, nil)
		want := reconcile.SameOrder
		if back {
			want = reconcile.Backwards
		}
		for _, h := range list {
			if h.Trace == want && len(h.Items) == len(shelf) && h.Passes == [2]agent.PassID{"ann", second} && h.Second.Sub(opening) == 40*time.Minute {
				return
			}
		}
		t.Fatalf("a shelf of %d items was not noticed: %+v", len(shelf), list)
	})
}

// No walk of different items is taken for a repeat.
func TestNothingIsNoticedWhereNothingRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := openFloor()
		for n := range rapid.IntRange(1, 200).Draw(t, "items") {
			f.walk("ann", n/10, strings.Repeat(string(rune(0x4e00+n)), rapid.IntRange(1, 15).Draw(t, "scans")))
		}
		if said := f.hints(nobodyKnows); len(said) != 0 {
			t.Fatalf("says %q", said)
		}
	})
}

// Of a log full of repeats the longest are told and the others counted.
func TestVeryManyHintsAreBounded(t *testing.T) {
	f := openFloor()
	for n := range 1_000 {
		shelf := ""
		for k := range 6 {
			shelf += string(rune(0x4e00 + 6*n + k))
		}
		f.walk("ann", 1, shelf)
		f.walk("bo", 2, shelf+string(rune(0xac00+n)))
	}
	list, more := f.walks.Doubled(nobodyKnows, byID, nil)
	if len(list) != 50 || more < 900 {
		t.Errorf("%d hints and %d more", len(list), more)
	}
}

// BenchmarkDoubled shows that the search grows with the number of scans and no
// faster: ten scans of an item in a row, a tenth of all shelves walked twice.
func BenchmarkDoubled(b *testing.B) {
	for _, scans := range []int{10_000, 100_000, 1_000_000} {
		for name, each := range map[string]int{"ten-of-each": 10, "one-of-each": 1} {
			b.Run(fmt.Sprintf("%s/scans-%d", name, scans), func(b *testing.B) {
				b.ReportAllocs()
				ids := make([]agent.ItemID, scans/each+1)
				for n := range ids {
					ids[n] = agent.ItemID(fmt.Sprint(n))
				}
				for b.Loop() {
					w := reconcile.NewWalks([]agent.Pass{{ID: "p", Started: agent.Stamp{At: opening}}})
					for n := range scans {
						k := n / each
						if k%100 >= 90 {
							k -= 10
						}
						w.Add(reconcile.Step{Pass: "p", Zone: "Z", Item: ids[k], At: opening.Add(time.Duration(n) * time.Second)})
					}
					if hints, _ := w.Doubled(nobodyKnows, byID, nil); len(hints) == 0 {
						b.Fatal("nothing was noticed")
					}
				}
			})
		}
	}
}
