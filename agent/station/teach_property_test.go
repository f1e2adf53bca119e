package station_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// lessons is what a count must hold after any order of scans of unknown barcodes,
// teaching, forgetting and undoing, reckoned by itself.
type lessons struct {
	*floor
	count  agent.CountID
	random *rand.Rand
	taught map[string]bool
	scans  []*unread
}

// unread is a scan of a barcode that was not always known.
type unread struct {
	text   string
	entry  agent.Seq // by which it counts; 0: it does not
	direct bool      // it was known when it was scanned
	gone   bool      // undone, for good
}

var packs = map[string]struct {
	item agent.ItemID
	pack int64
}{newcomer: {cola, 12}, "PLAIN": {soap, 1}}

func (l *lessons) step() {
	text := []string{newcomer, "PLAIN"}[l.random.IntN(2)]
	switch l.random.IntN(8) {
	case 0:
		l.teachIt(text)
	case 1:
		l.forgetIt(text)
	case 2:
		l.undoOne()
	default:
		want := station.NotKnown
		if l.taught[text] {
			want = station.Counted
		}
		scan := &unread{text: text, direct: l.taught[text]}
		if seq := l.hear(text, want).Seq; scan.direct {
			scan.entry = seq
		}
		l.scans = append(l.scans, scan)
	}
}

func (l *lessons) teachIt(text string) {
	entries := l.teach(text, packs[text].item, packs[text].pack).Entries
	l.taught[text] = true
	for _, s := range l.scans {
		if s.text == text && s.entry == 0 && !s.gone {
			if len(entries) == 0 {
				l.t.Fatalf("a scan of %q was not counted", text)
			}
			s.entry, entries = entries[0], entries[1:]
		}
	}
	if len(entries) > 0 {
		l.t.Fatalf("%d scans of %q were counted twice", len(entries), text)
	}
}

func (l *lessons) forgetIt(text string) {
	if !l.taught[text] {
		l.refused("not_taught", boss, "catalog.forget", station.Forget{Text: text})
		return
	}
	l.forget(text)
	l.taught[text] = false
	for _, s := range l.scans {
		if s.text == text && !s.direct {
			s.entry = 0
		}
	}
}

func (l *lessons) undoOne() {
	if len(l.scans) == 0 {
		return
	}
	s := l.scans[l.random.IntN(len(l.scans))]
	if s.entry == 0 {
		return
	}
	l.undo(s.entry)
	s.entry, s.gone = 0, s.direct
}

func (l *lessons) check() {
	l.t.Helper()
	units, kept := map[agent.ItemID]int64{}, int64(0)
	for _, s := range l.scans {
		switch {
		case s.entry != 0:
			units[packs[s.text].item] += packs[s.text].pack
		case !s.gone:
			kept++
		}
	}
	for _, item := range []agent.ItemID{cola, soap} {
		if line, _ := l.line(l.count, item, binA); line.Good != units[item] {
			l.t.Fatalf("%s holds %d, want %d", item, line.Good, units[item])
		}
	}
	listed := int64(0)
	for _, u := range l.unknownCodes() {
		listed += u.Times
	}
	if got := l.tally(l.count); got.Unknown != kept || got.Noted != kept || listed != kept {
		l.t.Fatalf("%d scans are kept and %d listed, want %d: %+v", got.Noted, listed, kept, got)
	}
}

func TestAnyOrderOfTeachingForgettingAndUndoingAddsUp(t *testing.T) {
	for seed := range uint64(6) {
		f, count, _ := begun(t)
		l := &lessons{floor: f, count: count, random: rand.New(rand.NewPCG(seed, 1)), taught: map[string]bool{}}
		for n := range 60 {
			l.step()
			if n == 30 {
				l.restart()
			}
			l.check()
		}
		l.replays()
	}
}

// What comes while somebody teaches is either counted by that, or by itself: no scan
// falls between, and none counts twice.
func TestTeachingWhileScansComeLosesNone(t *testing.T) {
	f, count, _ := begun(t)
	const scans = 200
	reached := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		var err error
		for n := range scans {
			if n == scans/4 {
				close(reached)
			}
			read := agent.Read{Device: gun, Sequence: int64(n + 1), Raw: []byte(newcomer), At: f.clock.Now()}
			if _, more := f.Ingest(t.Context(), read); more != nil {
				err = more
			}
			f.clock.pass(time.Millisecond)
		}
		failed <- err
	}()
	<-reached
	f.teach(newcomer, cola, 12)
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	f.holds(count, cola, binA, 12*scans)
	if left := f.unknownCodes(); len(left) > 0 {
		t.Errorf("%+v", left)
	}
	f.replays()
}
