package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// heads remembers what the publisher was told.
type heads struct {
	mu  sync.Mutex
	all []agent.Seq
}

func (h *heads) Committed(head agent.Seq) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, head)
}

// hold occupies the writer with one write until the returned function is called.
// What is submitted meanwhile waits together.
func hold(t *testing.T, q *Queue) (release func()) {
	t.Helper()
	inside, goOn := make(chan struct{}), make(chan struct{})
	var held sync.WaitGroup
	held.Go(func() {
		_, err := q.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) {
			close(inside)
			<-goOn
			return agent.Facts{}, nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-inside
	return func() { close(goOn); held.Wait() }
}

// waitFor returns when so many writes wait behind the one that is held.
func waitFor(q *Queue, n int) {
	for {
		q.mu.Lock()
		waiting := len(q.waiting)
		q.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

func decideTo(facts agent.Facts) func(agent.View) (agent.Facts, error) {
	facts.Actor, facts.At = anna, start
	return func(agent.View) (agent.Facts, error) { return facts, nil }
}

func TestWaitingWritesShareASync(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	before := q.commits.Load()
	release := hold(t, q)
	var all sync.WaitGroup
	const writers = 100
	for n := range writers {
		all.Go(func() {
			if _, err := q.Write(t.Context(), agent.Command{}, decideTo(scans(read(n)))); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(q, writers)
	release()
	all.Wait()
	if got := q.commits.Load() - before; got > 2 {
		t.Errorf("%d writes that waited together took %d commits", writers, got)
	}
	checkSound(t, q)
}

func TestEachSenderStaysInOrderAndNothingIsLost(t *testing.T) {
	told := &heads{}
	q := openTemp(t)
	q.SetPublisher(told)
	openCount(t, q, 1)
	const senders, each = 16, 60
	var all sync.WaitGroup
	for sender := range senders {
		all.Go(func() {
			last := agent.Seq(0)
			for n := range each {
				s := read(n)
				s.Device, s.Sequence = agent.DeviceID(fmt.Sprint("device-", sender)), int64(n)
				ack, err := q.Write(t.Context(), agent.Command{}, decideTo(scans(s)))
				if err != nil {
					t.Error(err)
					return
				}
				if ack.First != ack.Last || ack.First <= last {
					t.Errorf("sender %d: row %d after %d", sender, ack.First, last)
				}
				last = ack.First
			}
		})
	}
	all.Wait()
	next := map[agent.DeviceID]int64{}
	stored := lookUp(t, q, func(v agent.View) ([]agent.Record, error) { return v.Log(0, 10_000) })
	for i, r := range stored {
		if r.Seq != agent.Seq(i+1) {
			t.Fatalf("row %d has number %d", i+1, r.Seq)
		}
		if r.Scan == nil {
			continue
		}
		if r.Scan.Sequence != next[r.Scan.Device] {
			t.Fatalf("%s: sequence %d, want %d", r.Scan.Device, r.Scan.Sequence, next[r.Scan.Device])
		}
		next[r.Scan.Device]++
	}
	if len(next) != senders || len(stored) != senders*each+2 {
		t.Errorf("%d rows of %d senders", len(stored), len(next))
	}
	for i := 1; i < len(told.all); i++ {
		if told.all[i] <= told.all[i-1] {
			t.Fatalf("heads were published out of order: %v", told.all[i-1:i+1])
		}
	}
	if last := told.all[len(told.all)-1]; last != agent.Seq(len(stored)) {
		t.Errorf("the last head published is %d of %d", last, len(stored))
	}
	checkSound(t, q)
}

// One write that goes wrong, in whichever way, harms none of those that share its
// commit, and leaves nothing behind.
func TestABadWriteHurtsNobodyElse(t *testing.T) {
	wrong := errors.New("a decision against it")
	tooMuch := scans(read(1), read(2))
	tooMuch.Scans[1].Item = "" // the second cannot be applied: the first must go with it
	for name, bad := range map[string]func(agent.View) (agent.Facts, error){
		"refuses":      func(agent.View) (agent.Facts, error) { return agent.Facts{}, wrong },
		"panics":       func(agent.View) (agent.Facts, error) { panic("a bug") },
		"ends":         func(agent.View) (agent.Facts, error) { runtime.Goexit(); return agent.Facts{}, nil },
		"half fits":    decideTo(tooMuch),
		"has no actor": func(agent.View) (agent.Facts, error) { return scans(agent.Scan{Op: agent.Note}), nil },
		"odd result":   func(agent.View) (agent.Facts, error) { return agent.Facts{Actor: anna, Result: make(chan int)}, nil },
		"asks badly": func(v agent.View) (agent.Facts, error) {
			_, _, err := get(v.(*view), value[int64], "SELECT nonsense FROM nowhere")
			return agent.Facts{}, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := openTemp(t)
			openCount(t, q, 1)
			release := hold(t, q)
			var all sync.WaitGroup
			results := make([]error, 21)
			for n := range results {
				decide := decideTo(scans(read(n)))
				if n == 10 {
					decide = bad
				}
				results[n] = errors.New("no answer")
				all.Go(func() {
					_, results[n] = q.Write(context.Background(), agent.Command{}, decide)
				})
				waitFor(q, n+1)
			}
			release()
			all.Wait()
			stored := int64(0)
			for n, err := range results {
				switch {
				case n == 10 && err == nil:
					t.Error("the bad write succeeded")
				case n != 10 && err == nil:
					stored++
				case n != 10 && name != "ends":
					t.Errorf("write %d failed with %v", n, err)
				}
			}
			// A goroutine that ends takes its batch with it: nothing of it was
			// acknowledged, and everybody has been told.
			devices := lookUp(t, q, func(v agent.View) ([]agent.DeviceTally, error) { return v.Devices() })
			if len(devices) == 1 && devices[0].Stored != stored || len(devices) == 0 && stored != 0 {
				t.Errorf("%d acknowledged, devices %+v", stored, devices)
			}
			put(t, q, scans(read(30)))
			checkSound(t, q)
		})
	}
}

func TestAPanickingPublisherDoesNotStopTheOthers(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	q.SetPublisher(publisherFunc(func(agent.Seq) { panic("a bug in the page") }))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic disappeared")
			}
		}()
		put(t, q, scans(read(1)))
	}()
	q.SetPublisher(&heads{})
	put(t, q, scans(read(2)))
	checkSound(t, q)
}

type publisherFunc func(agent.Seq)

func (f publisherFunc) Committed(head agent.Seq) { f(head) }

func TestARepeatedCommandIsNotCarriedOutAgain(t *testing.T) {
	path := tempPath(t)
	q := openAt(t, path)
	openCount(t, q, 1)
	command := agent.Command{Origin: "tablet", ID: "01J"}
	facts := scans(read(1), read(2))
	facts.Result = map[string]int{"stored": 2}
	firstAck, err := q.Write(t.Context(), command, decideTo(facts))
	if err != nil {
		t.Fatal(err)
	}
	never := func(agent.View) (agent.Facts, error) { t.Error("decided again"); return agent.Facts{}, nil }
	again := func(q *Queue) {
		t.Helper()
		ack, err := q.Write(t.Context(), command, never)
		want := firstAck
		want.Repeated = true
		if err != nil || fmt.Sprint(ack) != fmt.Sprint(want) || !json.Valid(ack.Result) {
			t.Errorf("repeat answered %+v %v, want %+v", ack, err, want)
		}
	}
	again(q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	again(q)
	if ack := put(t, q, scans(read(3))); ack.Repeated {
		t.Error("a write without a command counts as a repeat")
	}
	other, err := q.Write(t.Context(), agent.Command{Origin: "till", ID: "01J"}, decideTo(scans(read(4))))
	if err != nil || other.Repeated {
		t.Errorf("the same id of another origin: %+v %v", other, err)
	}
	for range 2 {
		ack, err := q.Write(t.Context(), agent.Command{Origin: "tablet"}, decideTo(scans(read(5))))
		if err != nil || ack.Repeated {
			t.Errorf("a client without ids: %+v %v", ack, err)
		}
	}
}

func TestOneCommandSentManyTimesAtOnceIsCarriedOutOnce(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	var all sync.WaitGroup
	acks := make([]agent.Ack, 50)
	for n := range acks {
		all.Go(func() {
			var err error
			if acks[n], err = q.Write(t.Context(), agent.Command{Origin: "tablet", ID: "01J"}, decideTo(scans(read(1)))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	fresh := 0
	for _, ack := range acks {
		if !ack.Repeated {
			fresh++
		}
		if ack.First != acks[0].First {
			t.Errorf("rows %d and %d", ack.First, acks[0].First)
		}
	}
	if tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); fresh != 1 || tally.Entries != 1 {
		t.Errorf("%d carried out, %d entries", fresh, tally.Entries)
	}
}

func TestACommandThatWasRefusedMayBeTriedAgain(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	command := agent.Command{Origin: "tablet", ID: "01J"}
	if _, err := q.Write(t.Context(), command, func(agent.View) (agent.Facts, error) { return agent.Facts{}, errors.New("no") }); err == nil {
		t.Fatal("not refused")
	}
	if ack, err := q.Write(t.Context(), command, decideTo(scans(read(1)))); err != nil || ack.Repeated {
		t.Errorf("%+v %v", ack, err)
	}
}

// A write whose caller has gone before it began is taken back, whoever of those
// waiting it is, the one that was to lead next included.
func TestAWriteThatNobodyWaitsForIsTakenBack(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	for gone := range 3 {
		release := hold(t, q)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		errs := make([]error, 3)
		for n := range errs {
			mine := context.Context(t.Context())
			if n == gone {
				mine = ctx
			}
			all.Go(func() { _, errs[n] = q.Write(mine, agent.Command{}, decideTo(scans(read(n)))) })
			waitFor(q, n+1)
		}
		cancel()
		for {
			q.mu.Lock()
			waiting := len(q.waiting)
			q.mu.Unlock()
			if waiting == 2 {
				break
			}
			runtime.Gosched()
		}
		release()
		all.Wait()
		for n, err := range errs {
			if (n == gone) != errors.Is(err, context.Canceled) {
				t.Errorf("gone %d, write %d: %v", gone, n, err)
			}
		}
	}
	if tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); tally.Entries != 6 {
		t.Errorf("%d entries", tally.Entries)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Write(ctx, agent.Command{}, decideTo(scans(read(9)))); !errors.Is(err, context.Canceled) {
		t.Errorf("a write that came too late: %v", err)
	}
}

// Contexts that end at any moment leave the count of what was acknowledged right.
func TestContextsThatEndAtAnyMoment(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	var all sync.WaitGroup
	var mu sync.Mutex
	stored := int64(0)
	for sender := range 8 {
		all.Go(func() {
			for n := range 100 {
				ctx, cancel := context.WithCancel(context.Background())
				if n%3 == sender%3 {
					go cancel()
				}
				_, err := q.Write(ctx, agent.Command{}, decideTo(scans(read(n))))
				cancel()
				if err == nil {
					mu.Lock()
					stored++
					mu.Unlock()
				} else if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); tally.Entries != stored {
		t.Errorf("%d acknowledged, %d stored", stored, tally.Entries)
	}
	checkSound(t, q)
}

func TestCloseEndsWhatWaitsAndRefusesWhatComes(t *testing.T) {
	path := tempPath(t)
	q := openAt(t, path)
	openCount(t, q, 1)
	release := hold(t, q)
	var all sync.WaitGroup
	for n := range 5 {
		all.Go(func() {
			if _, err := q.Write(t.Context(), agent.Command{}, decideTo(scans(read(n)))); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(q, 5)
	all.Go(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	release()
	all.Wait()
	if _, err := tryPut(q, scans(read(9))); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := q.Read(t.Context(), func(agent.View) error { return nil }); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
	if got := lookUp(t, openAt(t, path), func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); got.Entries != 5 {
		t.Errorf("%d entries", got.Entries)
	}
}

func TestAViewIsOverWhenItsFunctionReturns(t *testing.T) {
	q := openTemp(t)
	var kept agent.View
	_ = q.Read(t.Context(), func(v agent.View) error { kept = v; return nil })
	if _, err := kept.Counts(); !errors.Is(err, errOver) {
		t.Errorf("a view used too late: %v", err)
	}
}
