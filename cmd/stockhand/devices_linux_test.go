package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// screen is an output that is looked at while it is written.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) shows(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.text.String(), text)
}

// background runs a command line until the test ends and returns what it shows.
func background(t *testing.T, args ...string) *screen {
	t.Helper()
	out := &screen{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- execute(ctx, &terminal{in: strings.NewReader(""), out: out, err: io.Discard}, args) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("%v ended with the status %d", args, code)
		}
	})
	return out
}

// "devices --watch" beside a running agent shows what the agent stores.
func TestWatchingShowsWhatTheAgentStores(t *testing.T) {
	s := openShop(t, t.TempDir())
	for _, more := range [][]string{nil, {"--json"}} {
		out := background(t, append([]string{"devices", "--watch", "--config", s.works.config.path}, more...)...)
		until(t, "a scan is shown", func() bool {
			fmt.Fprint(s.wire, "4006381333931\r")
			return out.shows("4006381333931")
		})
	}
	if s.stored(t) == 0 {
		t.Fatal("what was shown was not stored")
	}
}

// What the agent stores is explained, too, and by the shop's own rules.
func TestWatchingSaysWhatACodeMeans(t *testing.T) {
	s := openShop(t, t.TempDir())
	out := background(t, "devices", "--watch", "--config", s.works.config.path)
	until(t, "a scan is explained", func() bool {
		fmt.Fprint(s.wire, "]C1010400638133393110LOT-4711\r")
		return out.shows("(GS1-128, item key 04006381333931, lot LOT-4711)")
	})
}

// "devices --listen" needs no configuration and no agent, and makes what a scanner
// sends visible.
func TestListeningShowsWhatAScannerSends(t *testing.T) {
	wire, port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = wire.Close(), port.Close() })
	out := background(t, "devices", "--listen", port.Name())
	var sent time.Time
	until(t, "a scan is shown", func() bool {
		if time.Since(sent) > time.Second { // without a pause nothing would end
			fmt.Fprint(wire, "]C10104006381333931\x1d17251231"+"10LOT-4711\r")
			sent = time.Now()
		}
		return out.shows("]C10104006381333931␝1725123110LOT-4711  GS1-128, item key 04006381333931, expires 2025-12-31, lot LOT-4711")
	})
}

// Without an agent the configured scanners are opened, and nothing is stored.
func TestWatchingWithoutAnAgentStoresNothing(t *testing.T) {
	dir := t.TempDir()
	file := dir + "/stockhand.toml"
	text := "[agent]\ndata = \"data\"\n[[scanner]]\ndriver = \"replay\"\nfile = \"scans.txt\"\n[barcodes]\nweighed = \"de\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/scans.txt", []byte("4006381333931\n2812347012503\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := background(t, "devices", "--watch", "--config", file)
	until(t, "the scan is explained", func() bool { return out.shows("EAN-13, item key 04006381333931") })
	until(t, "so is a weighed one", func() bool { return out.shows("1.250 kg") })
	if _, err := os.Stat(dir + "/data"); !os.IsNotExist(err) {
		t.Fatalf("the data folder was made: %v", err)
	}
}
