package serialport

import (
	"bytes"
	"strings"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// disturbed is why a scan is thrown away of which the line lost or changed a byte.
const disturbed = "the serial line was disturbed: its speed or parity may be set wrong, or the cable may be bad"

// marks takes out of a port's input what the system has marked in it: a byte that
// arrived damaged is preceded by 0xFF 0x00, and an 0xFF that arrived well is
// doubled. Without the marks a damaged byte would be NUL, and a scan without that
// digit can look like another code.
type marks struct {
	pending []byte // the beginning of a mark, at the end of the last input
}

// take returns what arrived well before the first damaged byte and what comes
// after the scan with the last one, begun by the terminator of that scan. Both are
// valid until the next call.
func (m *marks) take(input []byte) (before, after []byte, damaged bool) {
	if len(m.pending) == 0 && bytes.IndexByte(input, 0xFF) < 0 {
		return input, nil, false
	}
	input = append(m.pending, input...)
	m.pending = nil
	good := make([]byte, 0, len(input))
	for i := 0; i < len(input); i++ {
		switch rest := input[i:]; {
		case rest[0] != 0xFF:
			good = append(good, rest[0])
		case len(rest) < 2 || rest[1] == 0 && len(rest) < 3:
			m.pending = bytes.Clone(rest)
			i = len(input)
		case rest[1] == 0:
			if !damaged {
				before, damaged = good, true
			}
			good = nil
			i += 2
		default: // 0xFF twice
			good = append(good, 0xFF)
			i++
		}
	}
	if !damaged {
		return good, nil, false
	}
	if end := bytes.IndexAny(good, scanner.AnySuffix); end >= 0 {
		after = good[end:]
	}
	return before, after, true
}

// input hands on what was read, and says what of it was damaged.
func (m *marks) input(in *scanner.Inlet, chunk []byte, at time.Time) {
	before, after, damaged := m.take(chunk)
	deliver(in, before, at)
	if damaged {
		in.Lost(disturbed, at)
		deliver(in, after, at)
	}
}

func deliver(in *scanner.Inlet, chunk []byte, at time.Time) {
	if len(chunk) > 0 {
		in.Bytes(chunk, at)
	}
}

// readable reports whether bytes can be what a scanner sends: text, terminators
// and separators, and not what a wrong speed makes of them.
func readable(raw []byte) bool {
	const controls = "\x02\x03\x04\t\n\r\x1c\x1d\x1e\x1f"
	for _, b := range raw {
		if (b < ' ' || b > '~') && strings.IndexByte(controls, b) < 0 {
			return false
		}
	}
	return len(raw) > 0
}
