package scanner

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

func TestOnlyWhatMayBeAScannerIsLookedAt(t *testing.T) {
	for event, want := range map[string]bool{
		"add@/devices/x/ttyACM0\x00ACTION=add\x00SUBSYSTEM=tty\x00SEQNUM=4711\x00":      true,
		"libudev\x00\xfe\xed\xca\xfe\x28\x00\x00\x00ACTION=add\x00SUBSYSTEM=hidraw\x00": true,
		"remove@/devices/x\x00SUBSYSTEM=usb\x00":                                        true,
		"add@/devices/x/input7\x00SUBSYSTEM=input\x00":                                  true,
		"change@/devices/x/sda\x00SUBSYSTEM=block\x00DEVNAME=SUBSYSTEM=tty\x00":         false,
		"add@/devices/SUBSYSTEM=tty/x\x00SUBSYSTEM=net\x00":                             false,
		"":                                    false,
		"SUBSYSTEM=":                          false,
		"\x00\x00\xff\xfeSUBSYSTEM=ttyprintk": false,
	} {
		if got := concernsScanners([]byte(event)); got != want {
			t.Errorf("%q: %v", event, got)
		}
	}
}

// The kernel is asked to tell about a terminal, as it does when one is plugged in.
func TestWatchHearsTheKernel(t *testing.T) {
	const trigger = "/sys/class/tty/tty/uevent"
	if err := os.WriteFile(trigger, []byte("change"), 0); err != nil {
		t.Skipf("only root on a computer with writable /sys can have an event made: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	looked, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() { ended <- Watch(ctx, func() { signal(looked) }) }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(5 * time.Second)
	for heard := false; !heard; {
		select {
		case <-looked:
			heard = true
		case <-again.C:
			if err := os.WriteFile(trigger, []byte("change"), 0); err != nil {
				t.Fatal(err)
			}
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		case <-deadline:
			t.Skip("the kernel's events do not reach this network namespace")
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Watch(ctx, func() {}) }()
	cancel()
	if err := <-ended; err == nil {
		t.Fatal("no error")
	}
}
