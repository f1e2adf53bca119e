//go:build linux

package serialport

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// cable is a pty with a lasting name: what is plugged in at one end is found at
// the same path at the other.
type cable struct {
	t    testing.TB
	path string

	mu     sync.Mutex
	master *os.File
}

func newCable(t testing.TB) *cable {
	c := &cable{t: t, path: filepath.Join(t.TempDir(), "scanner")}
	c.plug()
	t.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.master != nil {
			c.master.Close()
		}
	})
	return c
}

// plug makes a new pty appear at the path. The far end is closed here, as it is
// when nobody has opened a port.
func (c *cable) plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	master, far, err := pty.Open()
	if err != nil {
		c.t.Fatal(err)
	}
	c.master = master
	if err := os.Symlink(far.Name(), c.path+".new"); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		c.t.Fatal(err)
	}
	far.Close()
}

// unplug removes the path, as udev does, and hangs up.
func (c *cable) unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	os.Remove(c.path)
	c.master.Close()
	c.master = nil
}

func (c *cable) send(s string) {
	c.mu.Lock()
	master := c.master
	c.mu.Unlock()
	if _, err := master.WriteString(s); err != nil {
		c.t.Errorf("send to the pty: %v", err)
	}
}

// device reads the cable. However busy the computer is, a pause of its sender is
// not taken for the end of a scan.
func (c *cable) device() scanner.Device {
	return scanner.Device{
		ID: "serial:test", Name: "Test",
		Framing: scanner.Framing{Suffix: scanner.AnySuffix, Patience: time.Minute},
		Driver: &Driver{
			Where: Where{Path: c.path},
			Mode:  serial.Mode{BaudRate: 115200, DataBits: 8},
			Tree:  System,
		},
	}
}

func (c *cable) rig() scannertest.Rig {
	return scannertest.Rig{
		Device: c.device(),
		Scan:   func(code string) { c.send(code + "\r\n") },
		Part:   c.send,
		Unplug: c.unplug,
		Plug:   c.plug,
	}
}

func TestConformance(t *testing.T) {
	scannertest.Run(t, func(t *testing.T) scannertest.Rig { return newCable(t).rig() })
}
