package hidpos

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

// shop is a computer with a Honeywell scanner that has a number, a Zebra one that
// has none, a composite one with a keyboard and two HID POS interfaces, two
// clones that share their number, a device of the kernel's own (uhid) and a
// keyboard.
func shop(t *testing.T) *shelf {
	s := newShelf(t)
	s.hidraw("hidraw0", s.usb("1-2", "0c2e", "0b61", "19A2", "Voyager"), 0, "0C2E", "0B61", "Honeywell Voyager 1450g", honeywell)
	s.hidraw("hidraw1", s.usb("1-3.1", "05e0", "2100", "", "Zebra"), 0, "05E0", "2100", "Zebra DS2208", zebra)
	both := s.usb("1-4", "1209", "8c03", "RIG3", "Both")
	s.hidraw("hidraw2", both, 0, "1209", "8C03", "Both", keyboard)
	s.hidraw("hidraw3", both, 1, "1209", "8C03", "Both", clone)
	s.hidraw("hidraw4", both, 2, "1209", "8C03", "Both", clone)
	for i, socket := range []string{"1-5", "1-6"} {
		s.hidraw(fmt.Sprint("hidraw", 5+i), s.usb(socket, "1eab", "1d10", "0001", "Clone"), 0, "1EAB", "1D10", "Clone", clone)
	}
	s.hid("hidraw7", "devices/virtual/misc/uhid/0003:1209:8C01.0099", "1209", "8C01", "Played", "RIG0001", honeywell)
	s.hidraw("hidraw8", s.usb("1-7", "046d", "c31c", "", "Keyboard"), 0, "046D", "C31C", "Keyboard", keyboard)
	return s
}

func TestFindListsScannersAndOpensNone(t *testing.T) {
	s := shop(t)
	found, err := find(t.Context(), s.tree)
	if err != nil {
		t.Fatal(err)
	}
	type seen struct{ id, physical, name, settings string }
	var got []seen
	for _, c := range found {
		if c.Driver != "hid-pos" || !c.Likely || c.Fault != nil {
			t.Errorf("%+v", c)
		}
		var set []string
		for _, k := range slices.Sorted(maps.Keys(c.Settings)) {
			set = append(set, fmt.Sprint(k, "=", c.Settings[k]))
		}
		got = append(got, seen{c.ID, c.Physical, c.Name, strings.Join(set, " ")})
	}
	want := []seen{
		{"hidpos:usb-0c2e-0b61-19A2", "1-2", "Honeywell Voyager 1450g", "pid=0b61 serial=19A2 vid=0c2e"},
		{"hidpos:socket-1-3.1", "1-3.1", "Zebra DS2208", "pid=2100 socket=1-3.1 vid=05e0"},
		{"hidpos:usb-1209-8c03-RIG3:if1", "1-4", "Both", "interface=1 pid=8c03 serial=RIG3 vid=1209"},
		{"hidpos:usb-1209-8c03-RIG3:if2", "1-4", "Both", "interface=2 pid=8c03 serial=RIG3 vid=1209"},
		{"hidpos:socket-1-5", "1-5", "Clone", "pid=1d10 socket=1-5 vid=1eab"},
		{"hidpos:socket-1-6", "1-6", "Clone", "pid=1d10 socket=1-6 vid=1eab"},
		{"hidpos:usb-1209-8c01-RIG0001", "", "Played", "pid=8c01 serial=RIG0001 vid=1209"},
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
	for name, p := range s.nodes {
		if p.opened > 0 {
			t.Errorf("%s was opened", name)
		}
	}
}

// What Find proposes is what opens that scanner and no other.
func TestWhatIsFoundCanBeOpened(t *testing.T) {
	s := shop(t)
	found, err := find(t.Context(), s.tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found[:6] {
		section := maps.Clone(c.Settings)
		section["driver"] = "hid-pos"
		d, err := scanner.Registry{"hid-pos": Decode}.Device(section)
		if err != nil || d.ID != c.ID {
			t.Fatalf("%s became %s, %v", c.ID, d.ID, err)
		}
		driver := d.Driver.(*Driver)
		driver.system = s.tree
		conn, err := driver.Open(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		if at := conn.(scanner.Placed).Physical(); at != c.Physical {
			t.Errorf("%s opened the one in %s", c.ID, at)
		}
		conn.Close()
	}
}

func TestACandidateThatMayNotBeOpenedSaysWhy(t *testing.T) {
	s := newShelf(t)
	s.hidraw("hidraw0", s.usb("1-2", "0c2e", "0b61", "19A2", "Voyager"), 0, "0C2E", "0B61", "Voyager", honeywell)
	if err := os.Chmod(filepath.Join(s.tree.dev, "hidraw0"), 0); err != nil {
		t.Fatal(err)
	}
	if unix.Access(filepath.Join(s.tree.dev, "hidraw0"), unix.R_OK) == nil {
		t.Skip("root may open everything")
	}
	found, err := find(t.Context(), s.tree)
	if err != nil || len(found) != 1 || found[0].Fault == nil || found[0].Fault.State != scanner.NoRights {
		t.Fatalf("%+v, %v", found, err)
	}
}

// A computer without any HID device has no class for them.
func TestNoHIDAtAll(t *testing.T) {
	if found, err := find(t.Context(), tree{sys: t.TempDir(), dev: t.TempDir()}); err != nil || len(found) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
}

// Pairing hears what the scanner sends, beside the program that counts with it.
func TestListening(t *testing.T) {
	d := newDesk(t, honeywell)
	found, err := find(t.Context(), d.tree)
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := make(chan scanner.Hearing), make(chan error, 1)
	go func() { ended <- found[0].Listen(ctx, func(h scanner.Hearing) { heard <- h }) }()
	d.awaitOpen()
	d.scan("]d2", gs1)
	h := <-heard
	if h.Candidate != found[0].ID || h.Lost || len(h.Meanings) != 1 || string(h.Meanings[0].Raw) != "]d2"+gs1 || h.Last.Before(h.First) {
		t.Fatalf("%+v", h)
	}
	d.part("40063")
	d.scan("]E0", "4006381333931")
	d.scan("]C0", "NEXT")
	// The rest of the first one was taken for its continuation: they have the
	// same identifier. The next one is whole.
	for h = <-heard; string(h.Meanings[0].Raw) != "]C0NEXT"; h = <-heard {
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got := d.switches(); len(got) != 2 {
		t.Fatalf("it does not type again: % x", got)
	}
}

// awaitOpen waits until somebody has opened the scanner and switched it.
func (d *desk) awaitOpen() {
	for len(d.switches()) == 0 {
		if d.t.Context().Err() != nil {
			d.t.Fatal("nobody opened the scanner")
		}
	}
}

func TestListeningToOneThatIsPulledOut(t *testing.T) {
	d := newDesk(t, honeywell)
	found, err := find(t.Context(), d.tree)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- found[0].Listen(t.Context(), func(scanner.Hearing) {}) }()
	d.awaitOpen()
	d.pull()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "not connected") {
		t.Fatalf("%v", err)
	}
}
