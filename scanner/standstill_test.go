package scanner

import (
	"testing"
	"time"
)

// A program that was not running has not heard whether the line was silent: what
// arrived meanwhile gets the time to be read before a scan is ended by silence.
func TestAStandstillIsNoSilence(t *testing.T) {
	start := time.Unix(0, 0)
	c := newConsumer(&device{Device: Device{ID: "gun"}})
	c.framer.Feed([]byte("400638"), start)
	due, _ := c.framer.Deadline()
	if c.stoodStill(due.Add(time.Millisecond), due) {
		t.Error("a timer that is a little late is taken for a standstill")
	}
	for n := range patience {
		woken := due.Add(time.Second)
		if !c.stoodStill(woken, due) {
			t.Fatalf("standstill %d is taken for silence", n)
		}
		due, _ = c.framer.Deadline()
		if !due.Equal(woken.Add(DefaultGap)) {
			t.Fatalf("silence is believed at %v, want a whole gap after %v", due, woken)
		}
	}
	if c.stoodStill(due.Add(time.Second), due) {
		t.Error("on a computer that is always late no scan ever ends")
	}
}
