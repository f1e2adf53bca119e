package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// console tells the host what is typed into the guest's first console, where a
// computer without a screen has its login prompt.
func (p *player) console(struct{}) (any, error) {
	tty, err := os.OpenFile("/dev/tty1", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	if err := makeRaw(tty); err != nil {
		return nil, err
	}
	go p.tell(tty, "console")
	return nil, nil
}

// reports tells the host every report of a HID device, grabbed or not, if it is
// not told already. A host that types on a keyboard needs it to know when the
// next key may be pressed.
func (p *player) reports(number string) (any, error) {
	if p.setReporting(number, true) {
		return nil, nil
	}
	node, err := hidraw(number)
	if err != nil {
		p.setReporting(number, false)
		return nil, err
	}
	go func() {
		p.tell(node, number)
		p.setReporting(number, false)
	}()
	return nil, nil
}

// setReporting returns what it was.
func (p *player) setReporting(number string, on bool) (was bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was = p.reporting[number]
	p.reporting[number] = on
	return was
}

// tell passes on what can be read, until that ends.
func (p *player) tell(f *os.File, name string) {
	defer f.Close()
	buf := make([]byte, 1024)
	for {
		n, err := f.Read(buf)
		if err != nil || n == 0 {
			return
		}
		p.host.say(usbtest.Line{Output: &usbtest.Output{From: name, Bytes: buf[:n]}})
	}
}

// gone waits until the kernel has noticed that a device with a serial number was
// taken out: until then the next one can be taken for it.
func (p *player) gone(number string) (any, error) {
	for deadline := clock() + goneTime; clock() < deadline; time.Sleep(10 * time.Millisecond) {
		// Who reads this of a controller waits while the kernel asks what was
		// plugged in, and so for what it is about to show.
		hubs, _ := filepath.Glob("/sys/bus/usb/devices/usb*/bConfigurationValue")
		for _, h := range hubs {
			_, _ = os.ReadFile(h)
		}
		if !present(number) {
			return nil, nil
		}
	}
	return nil, fmt.Errorf("the device with the number %q does not go", number)
}

// goneTime is far more than the kernel takes for a device that does not answer.
const goneTime = 2 * time.Minute

func present(number string) bool {
	for files, holds := range map[string]string{
		"/sys/bus/usb/devices/*/serial":     number + "\n",
		"/sys/class/hidraw/*/device/uevent": "HID_UNIQ=" + number + "\n",
	} {
		names, _ := filepath.Glob(files)
		for _, n := range names {
			if text, _ := os.ReadFile(n); strings.Contains("\n"+string(text), "\n"+holds) {
				return true
			}
		}
	}
	return false
}

// hidraw opens the HID device of the USB device with a serial number. It waits
// for it to be there.
func hidraw(number string) (*os.File, error) {
	for deadline := clock() + time.Minute; clock() < deadline; time.Sleep(10 * time.Millisecond) {
		nodes, _ := filepath.Glob("/sys/class/hidraw/*/device/uevent")
		for _, n := range nodes {
			if text, _ := os.ReadFile(n); strings.Contains(string(text), "HID_UNIQ="+number+"\n") {
				return os.OpenFile("/dev/"+filepath.Base(filepath.Dir(filepath.Dir(n))), os.O_RDONLY, 0)
			}
		}
	}
	return nil, fmt.Errorf("there is no HID device with the number %q", number)
}
