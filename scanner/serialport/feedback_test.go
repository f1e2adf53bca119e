package serialport

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// While the disk stays full a scanner is asked for its scan every two seconds,
// however fast a person scans: refusals without an answer do not put that off.
func TestARefusalIsAnsweredEveryTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &conn{feedback: scanner.Feedback{Refused: []byte("\x15"), Awaited: true}}
		asked := 0
		for range 50 {
			if !c.pesters(scanner.Refused) {
				asked++
			}
			time.Sleep(500 * time.Millisecond)
		}
		if asked != 13 {
			t.Errorf("in 25 s of refusals the scanner was told %d times, want 13", asked)
		}
	})
}
