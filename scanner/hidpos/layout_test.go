package hidpos

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustLayout(t testing.TB, descriptor []byte) *layout {
	t.Helper()
	l, err := layoutOf(descriptor)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Where the fields lie, in bytes of the report, as the makers document it.
func TestFieldsAreFoundInTheDescriptor(t *testing.T) {
	for name, c := range map[string]struct {
		descriptor      []byte
		report          byte
		count, aim      int
		data, n, flag   int
		length, toTheir int
	}{
		"honeywell": {honeywell, 2, 1, 2, 5, 56, 63, 64, 2},
		"zebra":     {zebra, 2, 1, 3, 6, 56, 63, 64, 0},
		"clone":     {clone, 2, -1, 1, 4, 56, 63, 64, 0},
		"bare":      {bare, 0, -1, -1, 0, 64, -1, 64, 0},
	} {
		l := mustLayout(t, c.descriptor)
		r := l.scans[c.report]
		if !l.isScanner() || len(l.scans) != 1 || r == nil {
			t.Fatalf("%s: %+v", name, l)
		}
		var flags []run
		for _, f := range r.continued {
			flags = append(flags, f.run)
		}
		got := []int{
			byteAt(r.count), byteAt(r.aim[0]), byteAt(r.aim[2]) - byteAt(r.aim[0]), byteAt(r.data), r.room, byteAt(flags),
			l.longest, l.switchBytes,
		}
		apart := 2
		if c.aim < 0 {
			apart = 0
		}
		if want := []int{c.count, c.aim, apart, c.data, c.n, c.flag, c.length, c.toTheir}; !slices.Equal(got, want) {
			t.Errorf("%s: count, aim, distance, data, room, flag, length, switch at %v, want %v", name, got, want)
		}
	}
}

func byteAt(runs []run) int {
	if len(runs) == 0 {
		return -1
	}
	return runs[0].at / 8
}

func TestAKeyboardIsNoScanner(t *testing.T) {
	if l := mustLayout(t, keyboard); l.isScanner() {
		t.Fatalf("%+v", l)
	}
}

// The same fields, said in each way that HID allows.
func TestTheManyWaysToSayTheSame(t *testing.T) {
	head := []byte{0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x85, 0x02, 0x75, 0x08}
	for name, body := range map[string][]byte{
		"a range of usages":             {0x95, 0x3b, 0x19, 0xfb, 0x29, 0xfe, 0x81, 0x02},
		"usages with their page":        {0x95, 0x3b, 0x05, 0x01, 0x0b, 0xfb, 0, 0x8c, 0, 0x0b, 0xfc, 0, 0x8c, 0, 0x0b, 0xfd, 0, 0x8c, 0, 0x0b, 0xfe, 0, 0x8c, 0, 0x81, 0x02},
		"a range with its page":         {0x95, 0x3b, 0x05, 0x01, 0x1b, 0xfb, 0, 0x8c, 0, 0x2b, 0xfe, 0, 0x8c, 0, 0x81, 0x02},
		"one after the other":           {0x95, 1, 0x09, 0xfb, 0x81, 2, 0x09, 0xfc, 0x81, 2, 0x09, 0xfd, 0x81, 2, 0x95, 0x38, 0x09, 0xfe, 0x81, 2},
		"the page after the usages":     {0x05, 0x01, 0x95, 0x3b, 0x19, 0xfb, 0x29, 0xfe, 0x05, 0x8c, 0x81, 0x02},
		"saved and restored":            {0xa4, 0x05, 0x01, 0x75, 0x01, 0x95, 0x07, 0xb4, 0x95, 0x3b, 0x19, 0xfb, 0x29, 0xfe, 0x81, 0x02},
		"other names of the usages":     {0x95, 0x3b, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0xa9, 0x01, 0x09, 0xfe, 0x09, 0x20, 0xa9, 0x00, 0x81, 0x02},
		"a long item between":           {0xfe, 0x03, 0xf0, 1, 2, 3, 0x95, 0x3b, 0x19, 0xfb, 0x29, 0xfe, 0x81, 0x02},
		"something for the scanner too": {0x95, 0x01, 0x09, 0x85, 0x91, 0x02, 0x95, 0x3b, 0x19, 0xfb, 0x29, 0xfe, 0x81, 0x02},
	} {
		l := mustLayout(t, slices.Concat(head, body, []byte{0xc0}))
		r := l.scans[2]
		if r == nil || byteAt(r.aim[0]) != 1 || byteAt(r.aim[1]) != 2 || byteAt(r.aim[2]) != 3 || byteAt(r.data) != 4 || r.room != 56 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestADescriptorThatLies(t *testing.T) {
	for want, descriptor := range map[string][]byte{
		"an item is cut off":                   honeywell[:len(honeywell)-2],
		"2 collections do not end":             honeywell[:17],
		"a collection ends that did not begin": {0xc0},
		"4294967295 elements":                  {0x05, 0x8c, 0x97, 0xff, 0xff, 0xff, 0xff},
		"an element of 65535 bits":             {0x76, 0xff, 0xff},
		"a report of more than 4096 bytes":     slices.Concat([]byte{0x05, 0x8c, 0x75, 0xff, 0x96, 0x00, 0x10, 0x09, 0xfe, 0x81, 0x02}),
		"a report with the id 0":               {0x85, 0x00},
		"a report with the id 256":             {0x86, 0x00, 0x01},
		"a state is restored":                  {0xb4},
		"more than 8 saved states":             slices.Repeat([]byte{0xa4}, 9),
		"more than 32 collections":             slices.Repeat([]byte{0xa1, 0x01}, 33),
		"a range of usages ends":               {0x19, 0xfe, 0x29, 0xfb},
		"5000 bytes":                           make([]byte, 5000),
		"a long item is cut off":               {0xfe, 0x20, 0xf0, 1},
	} {
		l, err := layoutOf(descriptor)
		if !errors.Is(err, errDescriptor) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %+v, %v", want, l, err)
		}
	}
}

// Four hundred ranges over all usages for 12,288 elements, and two thousand
// fields without any: what is claimed is not what it costs.
func TestAClaimCostsNothing(t *testing.T) {
	everything := []byte{0x1b, 0, 0, 0, 0, 0x2b, 0xff, 0xff, 0xff, 0xff}
	for name, d := range map[string][]byte{
		"ranges": slices.Concat(slices.Repeat(everything, 400), []byte{0x75, 0x01, 0x96, 0x00, 0x30, 0x81, 0x02}),
		"fields": slices.Concat([]byte{0x05, 0x8c, 0x75, 0x00, 0x96, 0x00, 0x30}, slices.Repeat([]byte{0x81, 0x02}, 2000)),
	} {
		if l := mustLayout(t, d); l.isScanner() {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestBeepsAreFoundInTheDescriptor(t *testing.T) {
	for name, c := range map[string]struct {
		descriptor []byte
		beep       usage
		want       []byte
	}{
		"honeywell good":        {honeywell, usageGoodBeep, []byte{4, 1 << 3}},
		"honeywell error":       {honeywell, usageErrorBeep, []byte{4, 1 << 2}},
		"honeywell not on file": {honeywell, usageNotOnFile, []byte{4, 1 << 4}},
		"clone good":            {clone, usageGoodBeep, []byte{4, 1 << 6}},
		"clone error":           {clone, usageErrorBeep, []byte{4, 1 << 5}},
		"clone not on file":     {clone, usageNotOnFile, nil},
		"zebra":                 {zebra, usageGoodBeep, nil},
		"without report ids":    {slices.Concat(bare[:len(bare)-1], []byte{0x75, 0x01, 0x95, 0x08, 0x19, 0x80, 0x29, 0x87, 0x91, 0x02, 0xc0}), usageGoodBeep, []byte{0, 1 << 6}},
		"chosen from a list": {
			[]byte{0x05, 0x8c, 0xa1, 1, 0x85, 3, 0x15, 1, 0x75, 4, 0x95, 2, 0x19, 0x85, 0x29, 0x87, 0x91, 0x00, 0xc0},
			usageNotOnFile,
			[]byte{3, 3},
		},
	} {
		if got := mustLayout(t, c.descriptor).beep(c.beep); !slices.Equal(got, c.want) {
			t.Errorf("%s: % x, want % x", name, got, c.want)
		}
	}
}

func TestTheModeSwitch(t *testing.T) {
	l := mustLayout(t, honeywell)
	if on, off := l.modeReport(true), l.modeReport(false); !slices.Equal(on, []byte{0xfe, 1}) || !slices.Equal(off, []byte{0xfe, 0}) {
		t.Fatalf("% x, % x", on, off)
	}
	if r := mustLayout(t, zebra).modeReport(true); r != nil {
		t.Fatalf("% x for a scanner without a switch", r)
	}
}

// Looking a usage up in ranges finds what counting element by element does.
func TestFindAgreesWithCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := field{at: 8, size: rapid.IntRange(1, 16).Draw(t, "size"), n: rapid.IntRange(1, 40).Draw(t, "n")}
		var list []usage
		for range rapid.IntRange(1, 6).Draw(t, "ranges") {
			low := usage(rapid.IntRange(0, 12).Draw(t, "low"))
			high := low + usage(rapid.IntRange(0, 6).Draw(t, "more"))
			f.usages = append(f.usages, usages{low: low, high: high})
			for u := low; u <= high; u++ {
				list = append(list, u)
			}
		}
		wanted := usage(rapid.IntRange(0, 18).Draw(t, "wanted"))
		var want, got []int
		for i := range f.n {
			if list[min(i, len(list)-1)] == wanted {
				want = append(want, f.at+i*f.size)
			}
		}
		for _, r := range f.find(wanted) {
			for i := range r.n {
				got = append(got, r.at+i*r.size)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("usage %d of %v, %d elements of %d bits: at %v, want %v", wanted, f.usages, f.n, f.size, got, want)
		}
	})
}
