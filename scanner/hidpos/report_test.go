package hidpos

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/scanner"
)

// gs1 is an element string of 66 bytes, two reports of 56.
const gs1 = "010400638133393117251231" + "10LOT-4711\x1d" + "21SERIAL-0000000000001\x1d" + "30000012"

// wire makes a report of 64 bytes of a text; NULs fill it up.
func wire(parts ...string) []byte {
	report := make([]byte, 64)
	copy(report, strings.Join(parts, ""))
	return report
}

// withEnd sets the last bytes of a report.
func withEnd(report []byte, end string) []byte {
	copy(report[len(report)-len(end):], end)
	return report
}

// Reports byte for byte as scanners send them, and the scans they are.
func TestReportsBecomeScans(t *testing.T) {
	for name, c := range map[string]struct {
		descriptor []byte
		reports    [][]byte
		want       string
	}{
		"honeywell EAN-13":           {honeywell, [][]byte{withEnd(wire("\x02\x0d", "]E0", "4006381333931"), "dA\x00")}, "]E04006381333931"},
		"honeywell GS1 Data Matrix":  {honeywell, [][]byte{withEnd(wire("\x02\x38", "]d2", gs1[:56]), "w2\x01"), withEnd(wire("\x02\x0a", "]d2", gs1[56:]), "w2\x00")}, "]d2" + gs1},
		"zebra EAN-13":               {zebra, [][]byte{withEnd(wire("\x02\x0d\x00", "]E0", "4006381333931"), "d\x00")}, "]E04006381333931"},
		"zebra's own identifier":     {zebra, [][]byte{withEnd(wire("\x02\x0c\x00", "]Xg", "306030209223"), "c\x00")}, "306030209223"},
		"without byte count":         {clone, [][]byte{wire("\x02", "]E0", "4006381333931")}, "]E04006381333931"},
		"clone, two reports":         {clone, [][]byte{withEnd(wire("\x02", "]C1", gs1[:56]), "\x01"), wire("\x02", "]C1", gs1[56:])}, "]C1" + gs1},
		"nothing but data":           {bare, [][]byte{wire("4006381333931")}, "4006381333931"},
		"identifier in the data too": {honeywell, [][]byte{wire("\x02\x10", "]E0", "]E04006381333931")}, "]E04006381333931"},
		"identifier in the data":     {honeywell, [][]byte{wire("\x02\x10\x00\x00\x00", "]E04006381333931")}, "]E04006381333931"},
		"with prefix and suffix":     {honeywell, [][]byte{wire("\x02\x10", "]E0", "\x024006381333931\r\n")}, "]E04006381333931"},
		"byte count below the data":  {honeywell, [][]byte{wire("\x02\x04", "]C0", "ABCDEFGH")}, "]C0ABCD"},
		"NULs inside":                {honeywell, [][]byte{wire("\x02\x05", "]Q1", "A\x00B\x00C")}, "]Q1ABC"},
		"no text":                    {honeywell, [][]byte{wire("\x02\x00", "]E0")}, ""},
		"nothing but the identifier": {honeywell, [][]byte{wire("\x02\x03", "]E0", "]E0")}, ""},
	} {
		got := play(mustLayout(t, c.descriptor), c.reports)
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// play returns the scans that reports are, or why one was given up.
func play(d decoder, reports [][]byte) (scans []string) {
	var a assembler
	at := time.Unix(1700000000, 0)
	for _, r := range reports {
		at = at.Add(time.Millisecond)
		p, err := d.decode(r)
		if err != nil {
			scans = append(scans, "error: "+err.Error())
			continue
		}
		whole, lost := a.take(p, at)
		if lost != "" {
			scans = append(scans, "lost: "+lost)
		}
		if whole == nil {
			continue
		}
		if f, _, ok := whole.frame(nil); ok {
			scans = append(scans, string(f.Raw))
		}
	}
	return scans
}

func TestReportsThatAreNoScan(t *testing.T) {
	for name, c := range map[string]struct {
		descriptor, report []byte
		want               error
	}{
		"of another id":               {honeywell, wire("\x07\x0d", "]E0", "4006381333931"), errOther},
		"empty":                       {honeywell, nil, errOther},
		"cut off before the flag":     {honeywell, wire("\x02\x0d", "]E0", "4006381333931")[:60], errBroken},
		"cut off in the data":         {bare, wire("4006381333931")[:40], errBroken},
		"longer than there is room":   {honeywell, wire("\x02\x39", "]E0", strings.Repeat("4", 56)), errBroken},
		"says 255 bytes":              {zebra, wire("\x02\xff\x00", "]E0", "4006381333931"), errBroken},
		"only its id":                 {honeywell, []byte{2}, errBroken},
		"empty where there is no id":  {bare, nil, errBroken},
		"an id where there is no one": {bare, []byte{2}, errBroken},
	} {
		if p, err := mustLayout(t, c.descriptor).decode(c.report); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// A byte count that cannot be the report's own is the whole scan's, where more
// follows.
func TestAByteCountOfTheWholeScan(t *testing.T) {
	reports := [][]byte{withEnd(wire("\x02\x42", "]d2", gs1[:56]), "w2\x01"), withEnd(wire("\x02\x0a", "]d2", gs1[56:]), "w2\x00")}
	if got := play(mustLayout(t, honeywell), reports); len(got) != 1 || got[0] != "]d2"+gs1 {
		t.Fatalf("%q", got)
	}
}

// What comes between two reports decides whether they are one scan.
func TestWhatBelongsTogether(t *testing.T) {
	type step struct {
		after time.Duration
		aim   string
		data  string
		more  bool
	}
	for name, c := range map[string]struct {
		steps []step
		want  string
	}{
		"in time":             {[]step{{0, "]C0", "A", true}, {500 * time.Millisecond, "]C0", "B", false}}, "]C0AB"},
		"too late":            {[]step{{0, "]C0", "A", true}, {501 * time.Millisecond, "]C0", "B", false}}, "lost: " + lostRest + "|]C0B"},
		"another one":         {[]step{{0, "]C0", "A", true}, {time.Millisecond, "]E0", "B", false}}, "lost: " + lostReplace + "|]E0B"},
		"identifier once":     {[]step{{0, "]C0", "A", true}, {time.Millisecond, "\x00\x00\x00", "B", false}}, "]C0AB"},
		"each long after one": {[]step{{0, "]C0", "A", false}, {time.Hour, "]C0", "B", false}}, "]C0A|]C0B"},
		"three":               {[]step{{0, "]C0", "A", true}, {400 * time.Millisecond, "]C0", "B", true}, {400 * time.Millisecond, "]C0", "C", false}}, "]C0ABC"},
		"the clock went back": {[]step{{0, "]C0", "A", true}, {-time.Hour, "]C0", "B", false}}, "]C0AB"},
	} {
		var a assembler
		var got []string
		at := time.Unix(1700000000, 0)
		for _, s := range c.steps {
			at = at.Add(s.after)
			whole, lost := a.take(piece{aim: [3]byte([]byte(s.aim)), data: []byte(s.data), more: s.more}, at)
			if lost != "" {
				got = append(got, "lost: "+lost)
			}
			if whole != nil {
				f, _, _ := whole.frame(nil)
				got = append(got, string(f.Raw))
			}
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A code without end is bounded and its length is known.
func TestAScanThatIsTooLong(t *testing.T) {
	var a assembler
	at := time.Unix(1700000000, 0)
	var f scanner.Frame
	for i := range 200 {
		whole, _ := a.take(piece{aim: [3]byte([]byte("]Q1")), data: []byte(strings.Repeat("9", 56)), more: i < 199}, at)
		if whole != nil {
			f, _, _ = whole.frame(nil)
		}
	}
	if f.Flags != scanner.TooLong || f.Length != 3+200*56 || string(f.Raw) != "]Q1"+strings.Repeat("9", keptOfTooLong) {
		t.Fatalf("%d bytes, flags %b, %q", f.Length, f.Flags, f.Raw)
	}
}

func TestAnswersAreNoScans(t *testing.T) {
	for raw, answer := range map[string]bool{
		"]Z6REVINF\x06.":                   true,
		"]X0Product Name: Voyager 1602g":   true,
		"]X0Voyager\r\nBoot Revision 8992": true,
		"]X0A012345678":                    false, // Code 32, a pharmacy's code
		"]E04006381333931":                 false,
		"]C0ORDER: 17":                     false,
		"]Q1two\r\nlines":                  false,
		"X":                                false,
	} {
		if isAnswer([]byte(raw)) != answer {
			t.Errorf("%q: answer is %v", raw, !answer)
		}
	}
}

// Whatever is scanned, and however the scanner cuts it up, it comes out as it
// was.
func TestCutUpAndJoinedIsTheSame(t *testing.T) {
	kinds := []struct {
		l       *layout
		id      byte
		aim     bool
		longest int
	}{
		{mustLayout(t, honeywell), 2, true, 300},
		{mustLayout(t, zebra), 2, true, 300},
		{mustLayout(t, clone), 2, true, 300},
		{mustLayout(t, bare), 0, false, 64},
		{mustLayout(t, odd), 9, false, 300},
	}
	text := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringMatching(`[!-\\^-~]`).Draw(t, "first") + rapid.StringMatching(`([ -~\x1d]{0,298}[!-~])?`).Draw(t, "rest")
	})
	rapid.Check(t, func(t *rapid.T) {
		k, aim, data := rapid.SampledFrom(kinds).Draw(t, "layout"), "", text.Draw(t, "data")
		data = strings.TrimRight(data[:min(len(data), k.longest)], " \x1d")
		if k.aim {
			aim = rapid.StringMatching(`][A-Za-z][0-9A-F]`).Draw(t, "aim")
		}
		got := play(k.l, k.l.reports(k.id, aim, data))
		if len(got) != 1 || got[0] != aim+data {
			t.Fatalf("%q became %q", aim+data, got)
		}
	})
}

func FuzzDescriptor(f *testing.F) {
	for _, d := range [][]byte{honeywell, zebra, clone, bare, odd, keyboard} {
		f.Add(d, wire("\x02\x0d", "]E0", "4006381333931"))
	}
	f.Fuzz(func(t *testing.T, descriptor, report []byte) {
		l, err := layoutOf(descriptor)
		if err != nil {
			if !errors.Is(err, errDescriptor) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if l.longest > maxReport/8+1 || l.switchBytes > maxReport/8+1 {
			t.Fatalf("reports of %d and %d bytes", l.longest, l.switchBytes)
		}
		for u := range l.beeps {
			if beep := l.beep(u); len(beep) < 1 || len(beep) > maxReport/8+1 {
				t.Fatalf("a beep of %d bytes", len(beep))
			}
		}
		if p, err := l.decode(report); err == nil && len(p.data) > 8*len(report) {
			t.Fatalf("%d bytes of data in a report of %d", len(p.data), len(report))
		}
	})
}

// FuzzReport feeds arbitrary reports: what is taken for a scan is bounded and
// only what was in the reports.
func FuzzReport(f *testing.F) {
	f.Add(wire("\x02\x0d", "]E0", "4006381333931"), withEnd(wire("\x02\x38", "]d2", gs1[:56]), "\x01"), uint16(3))
	f.Add([]byte{2}, []byte{}, uint16(600))
	layouts := []*layout{mustLayout(f, honeywell), mustLayout(f, zebra), mustLayout(f, clone), mustLayout(f, bare), mustLayout(f, odd)}
	f.Fuzz(func(t *testing.T, first, second []byte, gap uint16) {
		for _, l := range layouts {
			var a assembler
			at, sent := time.Unix(1700000000, 0), 0
			for i, r := range [][]byte{first, second, first, second} {
				at = at.Add(time.Duration(i%2*int(gap)) * time.Millisecond)
				p, err := l.decode(r)
				if err != nil {
					a.drop(lostBroken)
					continue
				}
				sent += len(p.data)
				whole, _ := a.take(p, at)
				if whole == nil {
					continue
				}
				if fr, _, ok := whole.frame(nil); ok && (len(fr.Raw) > 3+sent || len(fr.Raw) == 0 || fr.Last.Before(fr.First)) {
					t.Fatalf("%d bytes of data became %+v", sent, fr)
				}
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	l := mustLayout(b, honeywell)
	report := withEnd(wire("\x02\x0d", "]E0", "4006381333931"), "dA\x00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.decode(report); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan is a scan of two reports, from the bytes to the frame.
func BenchmarkScan(b *testing.B) {
	l := mustLayout(b, honeywell)
	reports := l.reports(2, "]d2", gs1)
	var a assembler
	var buf []byte
	at := time.Unix(1700000000, 0)
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range reports {
			p, err := l.decode(r)
			if err != nil {
				b.Fatal(err)
			}
			if whole, _ := a.take(p, at); whole != nil {
				_, buf, _ = whole.frame(buf)
			}
		}
	}
}
