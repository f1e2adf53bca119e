package keyboard

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// Scanners are found, people's keyboards too; what cannot be one is left out.
func TestFindListsWhatCouldBeAScanner(t *testing.T) {
	s, _ := plugged(t)
	people := s.gun(Where{Vendor: "046d", Product: "c31c", Socket: "1-4"}, 1)
	people.name = "USB Keyboard K120"
	people.plug()
	address := Where{Vendor: "05e0", Product: "2050", Serial: "00:11:22:aa:bb:cc"}
	s.input("devices/virtual/misc/uhid/0005:1/input/input30", "event30", busBluetooth, address, "CS4070", scannerKeys)
	s.input("devices/platform/i8042/input/input31", "event31", "0011", Where{Vendor: "0001", Product: "0001"}, "AT Translated Set 2 keyboard", scannerKeys)
	s.input("devices/virtual/input/input32", "event32", busUSB, voyager, "made by a program", scannerKeys)
	mouse := "devices/pci0000:00/usb1/1-5"
	s.usb(mouse, Where{Vendor: "046d", Product: "c077", Socket: "1-5"})
	s.input(mouse+"/1-5:1.0/input/input33", "event33", busUSB, Where{}, "Mouse", capabilities(buttonLeft, keyEnter, key1, keyA))
	s.input(mouse+"/1-5:1.1/input/input34", "event34", busUSB, Where{}, "Volume", capabilities(kVolume))
	s.put("class/input/mouse0/dev", "13:32")

	found, err := s.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []scanner.Candidate{
		{ID: "keyboard:usb-0c2e-0b61-19A2", Name: "Scanner 19A2", Physical: "1-2.3", Likely: true, Settings: map[string]any{"driver": "keyboard", "vid": "0c2e", "pid": "0b61", "serial": "19A2"}},
		{ID: "keyboard:socket-1-4", Name: "USB Keyboard K120", Physical: "1-4", Unnumbered: true, Settings: map[string]any{"driver": "keyboard", "vid": "046d", "pid": "c31c", "socket": "1-4"}},
		{ID: "keyboard:bluetooth-00:11:22:aa:bb:cc", Name: "CS4070", Physical: "00:11:22:aa:bb:cc", Likely: true, Settings: map[string]any{"driver": "keyboard", "vid": "05e0", "pid": "2050", "serial": "00:11:22:aa:bb:cc"}},
	}
	if len(found) != len(want) {
		t.Fatalf("found %+v", found)
	}
	for i, w := range want {
		f := found[i]
		if f.ID != w.ID || f.Name != w.Name || f.Physical != w.Physical || f.Likely != w.Likely || f.Unnumbered != w.Unnumbered || f.Driver != "keyboard" {
			t.Errorf("found %+v\nwant %+v", f, w)
		}
		if !maps.Equal(f.Settings, w.Settings) {
			t.Errorf("settings %v, want %v", f.Settings, w.Settings)
		}
		d, err := scanner.Registry{"keyboard": Decode}.Device(f.Settings)
		if err != nil || d.ID != f.ID {
			t.Errorf("the settings of %s lead to %s, %v", f.ID, d.ID, err)
		}
	}
}

func TestAComputerWithoutInputDevices(t *testing.T) {
	s := system{sys: t.TempDir(), dev: t.TempDir()}
	if found, err := s.find(t.Context()); found != nil || err != nil {
		t.Fatalf("%v, %v", found, err)
	}
}

// Clones share their number: then the socket tells them apart.
func TestTwoScannersWithOneNumber(t *testing.T) {
	s, g := plugged(t)
	twin := voyager
	twin.Socket = "1-7"
	s.gun(twin, 1).plug()
	found, err := s.find(t.Context())
	if err != nil || len(found) != 2 || found[0].ID != "keyboard:usb-0c2e-0b61-19A2@1-2.3" || found[1].Settings["socket"] != "1-7" {
		t.Fatalf("%+v, %v", found, err)
	}
	wantFault(t, g.device("us").Driver, scanner.WrongMode, "socket 1-2.3, socket 1-7", `"socket"`)
}

func TestAScannerThatIsNotWhereItWas(t *testing.T) {
	s := newShop(t)
	place := Where{Vendor: "05f9", Product: "2204", Socket: "1-1"}
	d := s.gun(place, 1).device("us").Driver
	wantFault(t, d, scanner.Missing, "not connected", "Plug it in")
	moved := place
	moved.Socket = "1-9"
	s.gun(moved, 1).plug()
	wantFault(t, d, scanner.Missing, "one of its kind is in socket 1-9", `socket = "1-9"`)
}

func TestAScannerThatWasSetUpAsSomethingElse(t *testing.T) {
	s := newShop(t)
	d := s.gun(voyager, 1).device("us").Driver
	s.usb("devices/pci0000:00/usb1/1-8", Where{Vendor: "0c2e", Product: "0b6a", Serial: "19A2", Socket: "1-8"})
	wantFault(t, d, scanner.WrongMode, "does not act as a keyboard", "pair it anew")
	s.usb("devices/pci0000:00/usb1/1-2.3", voyager) // the kernel has come so far with it
	wantFault(t, d, scanner.Missing, "not ready yet", "Wait a moment")
}

func TestAHubThatGetsNoAnswerHoldsNobodyUp(t *testing.T) {
	s := newShop(t)
	scannertest.BusyHub(t, s.sys)
	wantFault(t, s.gun(voyager, 1).device("us").Driver, scanner.Missing, "not connected", "Plug it in")
}

func wantFault(t *testing.T, d scanner.Driver, state scanner.StateName, sentence, remedy string) {
	t.Helper()
	conn, err := d.Open(t.Context())
	var f *scanner.Fault
	if !errors.As(err, &f) {
		t.Fatalf("opened %v, %v", conn, err)
	}
	if f.State != state || !strings.Contains(f.Sentence, sentence) || !strings.Contains(f.Remedy, remedy) {
		t.Fatalf("%s: %s %s (%v)", f.State, f.Sentence, f.Remedy, f.Err)
	}
}

// hearings listens to the only candidate until the test ends.
func hearings(t *testing.T, s *shop) (heard chan scanner.Hearing, ended chan error, stop func()) {
	t.Helper()
	found, err := s.find(t.Context())
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	heard, ended = make(chan scanner.Hearing, 10), make(chan error, 1)
	go func() { ended <- found[0].Listen(ctx, func(h scanner.Hearing) { heard <- h }) }()
	t.Cleanup(cancel)
	return heard, ended, cancel
}

// Listening hears each layout's reading, grabs nothing and lets go.
func TestListening(t *testing.T) {
	s, g := plugged(t)
	files := openFiles(t)
	heard, ended, stop := hearings(t, s)
	g.typesOn(0, LayoutNamed("de"), "STOCKHAND-Yz:/\r")
	h := <-heard
	readings := map[any]string{}
	for _, m := range h.Meanings {
		if m.Settings["caps"] == nil {
			readings[m.Settings["layout"]] = string(m.Raw)
		}
	}
	if h.Candidate != "keyboard:usb-0c2e-0b61-19A2" || h.Lost || h.Last.Before(h.First) || time.Since(h.First) > time.Minute {
		t.Errorf("%+v", h)
	}
	if readings["de"] != "STOCKHAND-Yz:/\r" || readings["us"] != "STOCKHAND/Zy>&\r" {
		t.Errorf("readings %q", readings)
	}
	g.types("4006")
	if h := <-heard; string(h.Meanings[0].Raw) != "4006" {
		t.Errorf("%+v", h)
	}
	if _, ever := s.grabsNow(); ever != 0 {
		t.Error("it was grabbed")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := openFiles(t); n > files {
		t.Errorf("%d files are open, %d before", n, files)
	}
}

func TestListeningEndsWhenTheScannerGoes(t *testing.T) {
	s, g := plugged(t)
	heard, ended, _ := hearings(t, s)
	g.types("4006\r")
	<-heard
	g.unplug()
	var f *scanner.Fault
	if err := <-ended; !errors.As(err, &f) || f.State != scanner.Missing {
		t.Fatal(err)
	}
}

// What a person types is nobody's business.
func TestTypingByHandIsNotHeard(t *testing.T) {
	s, g := plugged(t)
	heard, _, _ := hearings(t, s)
	presses, _ := LayoutNamed("us").typed("password\r", false)
	var events []Event
	for i, p := range presses {
		events = append(events, reports([]press{p}, now()-2*time.Second+time.Duration(i)*120*time.Millisecond)...)
	}
	g.send(0, events)
	g.send(0, []Event{{At: now(), Type: typeSync, Code: syncDropped}, {At: now(), Type: typeSync, Code: syncReport}})
	g.types("4006\r")
	if h := <-heard; string(h.Meanings[0].Raw) != "4006\r" {
		t.Fatalf("heard %+v", h)
	}
}
