package hidpos

import (
	"bytes"
	"errors"
)

// piece is what one report holds of a scan. Its data is valid until the next
// report.
type piece struct {
	aim  [3]byte // the AIM symbology identifier; zero if the report has none
	data []byte
	more bool // the scan goes on in the next report
}

var (
	// errOther is a report that is none of a scan: of a trigger, a battery.
	errOther = errors.New("the report carries no scan")
	// errBroken is a report of a scan that is not what the scanner announced.
	errBroken = errors.New("the report is shorter than it says")
)

// decode reads an input report.
func (l *layout) decode(report []byte) (piece, error) {
	var id byte
	if l.numbered {
		if len(report) == 0 {
			return piece{}, errOther
		}
		id = report[0]
	}
	r := l.scans[id]
	if r == nil {
		return piece{}, errOther
	}
	if bytesOf(r.needs) > len(report) {
		return piece{}, errBroken
	}
	return r.decode(report)
}

func (r *scanReport) decode(report []byte) (piece, error) {
	var p piece
	for i, runs := range r.aim {
		if len(runs) > 0 {
			p.aim[i] = byte(bits(report, runs[0].at, min(runs[0].size, 8)))
		}
	}
	for _, f := range r.continued {
		p.more = p.more || f.on(report)
	}
	count := -1
	if len(r.count) > 0 {
		count = int(bits(report, r.count[0].at, min(r.count[0].size, 31)))
	}
	var err error
	p.data, err = cut(r.bytes(report), r.room, count, p.more)
	return p, err
}

// cut shortens the data to the byte count, or by the NULs that fill it up where
// there is no byte count, which is -1, or none that could be true. Room is how
// many bytes fit. A scan that is said to be longer than what came, with nothing
// to follow, is not whole.
func cut(data []byte, room, count int, more bool) ([]byte, error) {
	switch {
	case count < 0 || count > len(data) && more && len(data) == room:
		return bytes.TrimRight(data, "\x00"), nil
	case count <= len(data):
		return data[:count], nil
	}
	return nil, errBroken
}

// bytes returns the bytes of the data field. They are part of the report where
// they lie in it as they are.
func (r *scanReport) bytes(report []byte) []byte {
	if d := r.data[0]; len(r.data) == 1 && d.at%8 == 0 && d.size%8 == 0 {
		return report[min(d.at/8, len(report)):min(d.end()/8, len(report))]
	}
	var data []byte
	for _, d := range r.data {
		step := min(d.size, 8)
		for at := d.at; at < d.end() && at+step <= 8*len(report); at += step {
			data = append(data, byte(bits(report, at, step)))
		}
	}
	return data
}

// on reports whether the flag is set in an input report.
func (f flag) on(report []byte) bool {
	for i := range f.n {
		v := bits(report, f.at+i*f.size, min(f.size, 32))
		if !f.array && v != 0 || f.array && int64(v) == f.value {
			return true
		}
	}
	return false
}

// output returns the output report that sets the flag and nothing else. Its
// first byte is the report's id, also where that is 0 and not sent.
func (f flag) output() []byte {
	report, at := make([]byte, f.bytes), f.at
	if f.report == 0 {
		report, at = append(report, 0), at+8
	}
	report[0] = f.report
	value := uint64(1)
	if f.array {
		value = uint64(f.value)
	}
	for i := range min(f.size, 32) {
		report[(at+i)/8] |= byte(value>>i&1) << ((at + i) % 8)
	}
	return report
}

// beep returns the output report for a beep.
func (l *layout) beep(u usage) []byte {
	f, ok := l.beeps[u]
	if !ok {
		return nil
	}
	return f.output()
}

// modeReport returns the feature report that switches the scanner's mode.
func (l *layout) modeReport(hidPOS bool) []byte {
	if l.switchBytes == 0 {
		return nil
	}
	report := make([]byte, l.switchBytes)
	report[0] = switchReport
	if hidPOS {
		report[1] = 1
	}
	return report
}

// smallestBuffer is the length of the reports of a full-speed USB device.
const smallestBuffer = 64

func (l *layout) size() int { return max(l.longest, smallestBuffer) }

// bits returns n bits of a report, n at most 32, the lowest first. Bits beyond
// the end are 0.
func bits(report []byte, at, n int) (v uint64) {
	if at%8 == 0 && n == 8 && at/8 < len(report) {
		return uint64(report[at/8])
	}
	for i := range n {
		if b := (at + i) / 8; b < len(report) {
			v |= uint64(report[b]>>((at+i)%8)&1) << i
		}
	}
	return v
}
