package replay

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// generator is a scanner in the hand of a test.
type generator struct {
	scans   chan Scan
	pulled  chan struct{}
	present chan bool
}

func newGenerator() *generator {
	g := &generator{make(chan Scan), make(chan struct{}), make(chan bool, 1)}
	g.present <- true
	return g
}

func (g *generator) start(context.Context) (Source, error) {
	here := <-g.present
	g.present <- here
	if !here {
		return nil, scanner.Gone(errors.New("unplugged"))
	}
	return func(ctx context.Context) (Scan, error) {
		select {
		case s := <-g.scans:
			return s, nil
		case <-g.pulled:
			return Scan{}, scanner.Gone(errors.New("pulled out"))
		case <-ctx.Done():
			return Scan{}, ctx.Err()
		}
	}, nil
}

func TestConformance(t *testing.T) {
	scannertest.Run(t, func(*testing.T) scannertest.Rig {
		g := newGenerator()
		return scannertest.Rig{
			Device: Device("replay:test", "Test", &Driver{Start: g.start}),
			Scan:   func(code string) { g.scans <- Scan{Raw: []byte(code)} },
			Unplug: func() { <-g.present; g.present <- false; g.pulled <- struct{}{} },
			Plug:   func() { <-g.present; g.present <- true },
		}
	})
}

func TestFileIsPlayedOnceWithItsPauses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scans.txt")
	content := "# a morning\n4006381333931\n\n]C101\\x1d10A\t+2s\r\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := scanner.Registry{"replay": Decode}.Device(map[string]any{"driver": "replay", "file": path})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		log := scannertest.NewLog()
		s, err := scanner.New([]scanner.Device{d}, log)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_ = s.Run(ctx)
		seen := log.Seen()
		seen.MustBe(t, []string{"4006381333931", "]C101\x1d10A"})
		if pause := seen.Reads[1].At.Sub(seen.Reads[0].At); pause != 2*time.Second {
			t.Fatalf("pause of %v instead of 2s", pause)
		}
	})
}

// A code that stands twice in a file was scanned twice. Only a written pause makes
// it the same scan once more.
func TestTheSameCodeTwiceIsScannedByAHand(t *testing.T) {
	scans, err := Parse(strings.NewReader("A\nA\nB\nA\nA\t+0s\n"))
	if err != nil {
		t.Fatal(err)
	}
	var marked []bool
	rule, at := scanner.NewRepeats(0, false), time.Unix(0, 0)
	for _, s := range scans {
		at = at.Add(s.Pause)
		marked = append(marked, rule.Frame(scanner.Frame{Raw: s.Raw, Length: len(s.Raw), First: at, Last: at}))
		rule.Answered(scanner.Stored, at)
	}
	if want := []bool{false, false, false, false, true}; !slices.Equal(marked, want) {
		t.Fatalf("marked %v, want %v", marked, want)
	}
}

func TestBadLinesAreExplained(t *testing.T) {
	for line, want := range map[string]string{
		"123\t120ms": `pause "120ms": write it like +120ms`,
		"123\t+-1s":  "write it like +120ms",
		`12\q`:       "what follows the backslash is not known",
		"\t+1s":      "no code",
	} {
		_, err := Parse(strings.NewReader("ok\n" + line + "\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

func TestMissingFileIsAStateWithARemedy(t *testing.T) {
	_, err := FromFile(filepath.Join(t.TempDir(), "none"))(t.Context())
	var f *scanner.Fault
	if !errors.As(err, &f) || f.State != scanner.Missing || f.Remedy == "" {
		t.Fatalf("%v", err)
	}
}

// Every scan survives being written to a file and read back.
func TestLineIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Scan{
			Raw:   rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "raw"),
			Pause: time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "pause")),
		}
		got, err := Parse(strings.NewReader(Line(want)))
		if err != nil || len(got) != 1 || !bytes.Equal(got[0].Raw, want.Raw) || got[0].Pause != want.Pause {
			t.Fatalf("%q: %v, %v", Line(want), got, err)
		}
	})
}
