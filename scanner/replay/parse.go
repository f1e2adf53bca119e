package replay

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// pull is how long after a scan the same code comes again where the file does not
// say it: as soon as a hand could pull the trigger.
const pull = 100 * time.Millisecond

// Parse reads scans, one a line. A tab and a pause may follow the code, which
// then comes that much later than the one before; without one it comes at once, or
// when a hand could have scanned the same code again. Control characters are written
// as in Go: \x1d is GS, \t a tab, \\ a backslash. Empty lines and lines that
// begin with # are left out; a code that begins with # is written \x23.
//
//	4006381333931
//	]C10104006381333931\x1d10LOT-4711	+120ms
func Parse(r io.Reader) ([]Scan, error) {
	var scans []Scan
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		s, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if n := len(scans); n > 0 && !strings.Contains(line, "\t") && bytes.Equal(scans[n-1].Raw, s.Raw) {
			s.Pause = pull
		}
		scans = append(scans, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read scans: %w", err)
	}
	return scans, nil
}

func parseLine(line string) (Scan, error) {
	code, column, paused := strings.Cut(line, "\t")
	var s Scan
	if paused {
		text, plus := strings.CutPrefix(column, "+")
		d, err := time.ParseDuration(text)
		if err != nil || !plus || d < 0 {
			return Scan{}, fmt.Errorf("pause %q: write it like +120ms", column)
		}
		s.Pause = d
	}
	raw, err := unescape(code)
	if err != nil {
		return Scan{}, err
	}
	if len(raw) == 0 {
		return Scan{}, fmt.Errorf("there is a pause but no code")
	}
	s.Raw = raw
	return s, nil
}

func unescape(code string) ([]byte, error) {
	var raw []byte
	for rest := code; rest != ""; {
		r, multibyte, tail, err := strconv.UnquoteChar(rest, 0)
		if err != nil {
			return nil, fmt.Errorf("code %q: what follows the backslash is not known; write a backslash as \\\\", code)
		}
		if multibyte {
			raw = append(raw, string(r)...)
		} else {
			raw = append(raw, byte(r))
		}
		rest = tail
	}
	return raw, nil
}

// Line writes a scan as Parse reads it.
func Line(s Scan) string {
	var b strings.Builder
	for i, c := range s.Raw {
		switch {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c > '~' || c == '#' && i == 0:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	if s.Pause > 0 {
		b.WriteString("\t+" + s.Pause.String())
	}
	return b.String()
}
