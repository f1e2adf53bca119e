package hidpos

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// collections is HIDP_DEVICE_DESC, collection is HIDP_COLLECTION_DESC.
type collections struct {
	first   *collection
	n       uint32
	reports uintptr
	_       [64]byte
}

type collection struct {
	_    [2]uint16 // page and usage
	_    [16]byte
	_    [4]uint16 // lengths
	data uintptr
}

// parse makes of a descriptor what hid.dll works with. Wine lets a program load
// the driver that does; Windows does not.
func parse(t *testing.T, descriptor []byte) *preparsed {
	t.Helper()
	system, err := windows.GetSystemDirectory()
	if err != nil {
		t.Fatal(err)
	}
	driver, err := windows.LoadDLL(filepath.Join(system, "drivers", "hidparse.sys"))
	if err != nil {
		t.Skipf("only Wine lets a program parse a descriptor: %v", err)
	}
	describe, err := driver.FindProc("HidP_GetCollectionDescription")
	if err != nil {
		t.Skip(err)
	}
	var found collections
	r, _, _ := describe.Call(uintptr(unsafe.Pointer(&descriptor[0])), uintptr(len(descriptor)), 0, uintptr(unsafe.Pointer(&found)))
	if uint32(r) != statusSuccess || found.n == 0 {
		t.Fatalf("the system does not take the descriptor: %#x, %d collections", r, found.n)
	}
	p := &preparsed{data: found.first.data}
	if !p.getCaps() {
		t.Fatal("it has no capabilities")
	}
	return p
}

func isWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// The system's parser and ours find the same in every report.
func TestTheSystemUnderstandsReportsAsWeDo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, descriptor := range map[string][]byte{"honeywell": honeywell, "zebra": zebra, "clone": clone, "bare": bare} {
		l, p := mustLayout(t, descriptor), parse(t, descriptor)
		d := newParsed(p, int(p.caps.inputBytes))
		if !d.isScanner() || p.caps.page != 0x8c || p.caps.usage != 2 {
			t.Fatalf("%s: %+v", name, p.caps)
		}
		check := func(report []byte) {
			want, wantErr := l.decode(report)
			if !l.numbered {
				report = slices.Insert(slices.Clone(report), 0, 0)
			}
			got, err := d.decode(report)
			if !errors.Is(err, wantErr) || err == nil && (got.aim != want.aim || got.more != want.more || !slices.Equal(got.data, want.data)) {
				t.Fatalf("%s: % x is %+v, %v instead of %+v, %v", name, report, got, err, want, wantErr)
			}
		}
		id := byte(0)
		if l.numbered {
			id = 2
		}
		for _, r := range l.reports(id, "", gs1) {
			check(r)
		}
		for range 2000 {
			report := make([]byte, l.longest)
			for i := range report {
				report[i] = byte(random.Uint32())
			}
			if l.numbered {
				report[0] = id
				report[1] %= 80 // mostly a byte count that can be true
			}
			check(report)
		}
		for _, u := range []usage{usageErrorBeep, usageGoodBeep, usageNotOnFile} {
			if got, want := d.beep(u), l.beep(u); !slices.Equal(got, want) {
				t.Errorf("%s: the beep %x is % x, want % x", name, u, got, want)
			}
		}
		for _, on := range []bool{true, false} {
			if got, want := d.modeReport(on), l.modeReport(on); !slices.Equal(got, want) {
				t.Errorf("%s: the switch is % x, want % x", name, got, want)
			}
		}
	}
}

func TestTheSystemFindsNoScannerInAKeyboard(t *testing.T) {
	p := parse(t, keyboard)
	if newParsed(p, int(p.caps.inputBytes)).isScanner() {
		t.Fatal("a keyboard is taken for a scanner")
	}
}

// Looking works on every computer, whatever is plugged in.
func TestLookingForScanners(t *testing.T) {
	if _, err := Find(t.Context()); err != nil {
		if isWine() {
			t.Skipf("this Wine lists no devices: %v", err)
		}
		t.Fatal(err)
	}
	_, err := (&Driver{Where: Where{Vendor: "ffff", Product: "ffff", Interface: -1}, system: thisSystem}).Open(t.Context())
	if err == nil {
		t.Fatal("opened a scanner that nobody makes")
	}
}
