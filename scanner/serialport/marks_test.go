package serialport

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// A scan with a damaged byte is thrown away whole, those around it are not.
func TestOnlyDamagedScansAreLost(t *testing.T) {
	for input, want := range map[string]struct {
		before, after string
		damaged       bool
	}{
		"4006\r":                            {"4006\r", "", false},
		"40\xff\xff06\r":                    {"40\xff06\r", "", false},
		"A\r40\xff\x00606\rB\r":             {"A\r40", "\rB\r", true},
		"A\r40\xff\x00606":                  {"A\r40", "", true},
		"\xff\x00\xff\r":                    {"", "\r", true},
		"A\r\xff\x00x1\rB\r2\xff\x00y\rC\r": {"A\r", "\rC\r", true},
		"\xff\x00\x00":                      {"", "", true}, // a break
		"\xff\x00x\xff\x00y\xff\x00z":       {"", "", true},
		"\xff\xff\x00\r":                    {"\xff\x00\r", "", false},
		"A\xff\x00\r\r":                     {"A", "\r", true}, // the terminator itself
	} {
		for cut := range len(input) + 1 {
			var m marks
			var before, after []byte
			damaged := false
			for _, chunk := range []string{input[:cut], input[cut:]} {
				b, a, d := m.take([]byte(chunk))
				if damaged { // of a scan that is being thrown away
					after = append(append(after, b...), a...)
				} else {
					before, after = append(before, b...), append(after, a...)
				}
				damaged = damaged || d
			}
			whole := cut == 0 || cut == len(input)
			if damaged != want.damaged || whole && (string(before) != want.before || string(after) != want.after) {
				t.Errorf("%q cut at %d: %q, %q, %v", input, cut, before, after, damaged)
			}
		}
	}
}

// Whatever arrives well is read as it was sent, however it is cut.
func TestWhatArrivesWellIsReadAsItWasSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.SliceOf(rapid.SampledFrom([]byte{0, 1, 'A', '\r', 0xFE, 0xFF})).Draw(t, "sent")
		marked := bytes.ReplaceAll(sent, []byte{0xFF}, []byte{0xFF, 0xFF})
		var m marks
		var got []byte
		for len(marked) > 0 {
			n := rapid.IntRange(1, len(marked)).Draw(t, "chunk")
			before, after, damaged := m.take(marked[:n])
			if damaged || after != nil {
				t.Fatalf("%q is said to be damaged", marked[:n])
			}
			got, marked = append(got, before...), marked[n:]
		}
		if !bytes.Equal(got, sent) || len(m.pending) != 0 {
			t.Fatalf("sent %q, read %q", sent, got)
		}
	})
}

func FuzzMarks(f *testing.F) {
	f.Add([]byte("A\r40\xff\x00606\rB\r"), 3)
	f.Add([]byte("\xff\xff\xff"), 1)
	f.Fuzz(func(t *testing.T, input []byte, cut int) {
		cut = max(0, min(cut, len(input)))
		var m marks
		total := 0
		for _, chunk := range [][]byte{input[:cut], input[cut:]} {
			before, after, damaged := m.take(bytes.Clone(chunk))
			if !damaged && len(after) > 0 {
				t.Fatalf("%q: nothing is damaged, %q comes after it", chunk, after)
			}
			total += len(before) + len(after)
		}
		if total > len(input) || len(m.pending) > 2 {
			t.Fatalf("%d bytes of %d, %q pending", total, len(input), m.pending)
		}
	})
}
