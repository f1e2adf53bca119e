package scannertest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// hubPatience is how long a search may wait for a hub before that is a failure.
const hubPatience = 10 * time.Second

// BusyHub adds a USB hub to a made-up /sys that asks what was plugged into it and
// gets no answer. As in Linux, who reads its number waits for that.
func BusyHub(t testing.TB, sys string) {
	t.Helper()
	folder, number := filepath.Join(sys, "devices/pci0000:00/usb1"), filepath.Join(sys, "devices/pci0000:00/usb1/serial")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(folder, 0o700))
	for name, text := range map[string]string{"idVendor": "1d6b\n", "idProduct": "0002\n", "bDeviceClass": "09\n"} {
		must(os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	must(unix.Mkfifo(number, 0o600))
	must(os.MkdirAll(filepath.Join(sys, "bus/usb/devices"), 0o700))
	must(os.Symlink(folder, filepath.Join(sys, "bus/usb/devices/usb1")))
	answer := time.AfterFunc(hubPatience, func() {
		t.Error("a search for scanners waits for a hub")
		if end, err := os.OpenFile(number, os.O_RDWR, 0); err == nil {
			end.Close()
		}
	})
	t.Cleanup(func() { answer.Stop() })
}
