package hidpos

import "slices"

// parser is the part of Windows that understands reports. Windows does not show
// a device's report descriptor, only what it made of it.
type parser interface {
	// capabilities lists the fields of a kind of report.
	capabilities(k kind) []capability
	// value returns the value of a usage in an input report.
	value(u usage, report []byte) (uint32, bool)
	// array copies the values of a usage that fills several elements.
	array(u usage, into, report []byte) bool
	// pressed lists the usages of a page that are on in an input report.
	pressed(page uint32, report []byte) []usage
	// blank returns a report with nothing set, nil if there is none of that id.
	blank(k kind, id byte) []byte
	// press turns a usage on in an output report.
	press(u usage, button bool, report []byte) bool
}

// capability is one field: usages from low to high, of which each has n elements
// of size bits.
type capability struct {
	low, high usage
	report    byte
	size, n   int
	button    bool // something that is on or off
}

func (c capability) has(u usage) bool { return c.low <= u && u <= c.high }

// parsed decodes reports by a parser. It is the counterpart of a layout.
type parsed struct {
	parser
	scans   map[byte]parsedScan // by report id
	outputs []capability
	longest int
}

// parsedScan is an input report that carries decoded data.
type parsedScan struct {
	room                int // bytes of data
	counted, identified bool
	continued           *capability
}

// newParsed returns the decoder, which has no scan report if the device is no
// scanner. Longest is the length of an input report in bytes.
func newParsed(p parser, longest int) *parsed {
	d := &parsed{parser: p, scans: map[byte]parsedScan{}, outputs: p.capabilities(output), longest: longest}
	fields := p.capabilities(input)
	for _, f := range fields {
		if f.has(usageData) && !f.button && (f.size == 8 || f.n == 1 && f.size <= 32) {
			d.scans[f.report] = d.scan(f, fields)
		}
	}
	return d
}

func (d *parsed) scan(data capability, fields []capability) parsedScan {
	s := parsedScan{room: data.n * max(1, data.size/8)}
	for _, f := range fields {
		if f.report != data.report {
			continue
		}
		s.counted = s.counted || f.has(usageByteCount)
		s.identified = s.identified || f.has(usageAIM1)
		if f.has(usageContinued) {
			s.continued = &f
		}
	}
	return s
}

func (d *parsed) isScanner() bool { return len(d.scans) > 0 }

// decode reads an input report. On Windows the id is always there.
func (d *parsed) decode(report []byte) (piece, error) {
	if len(report) == 0 {
		return piece{}, errOther
	}
	s, ok := d.scans[report[0]]
	if !ok {
		return piece{}, errOther
	}
	p := piece{more: d.more(s, report)}
	for i, u := range []usage{usageAIM1, usageAIM2, usageAIM3} {
		if v, ok := d.value(u, report); ok && s.identified {
			p.aim[i] = byte(v)
		}
	}
	data, ok := d.data(s, report)
	if !ok {
		return piece{}, errBroken
	}
	count := -1
	if s.counted {
		v, ok := d.value(usageByteCount, report)
		if !ok {
			return piece{}, errBroken
		}
		count = int(v & 0xffff)
	}
	var err error
	p.data, err = cut(data, s.room, count, p.more)
	return p, err
}

func (d *parsed) data(s parsedScan, report []byte) ([]byte, bool) {
	data := make([]byte, s.room)
	if s.room == 1 {
		v, ok := d.value(usageData, report)
		data[0] = byte(v)
		return data, ok
	}
	return data, d.array(usageData, data, report)
}

func (d *parsed) more(s parsedScan, report []byte) bool {
	switch {
	case s.continued == nil:
		return false
	case s.continued.button:
		return slices.Contains(d.pressed(usageContinued.page(), report), usageContinued)
	}
	v, ok := d.value(usageContinued, report)
	return ok && v != 0
}

func (d *parsed) beep(u usage) []byte {
	for _, f := range d.outputs {
		if !f.has(u) {
			continue
		}
		if report := d.blank(output, f.report); report != nil && d.press(u, f.button, report) {
			return report
		}
	}
	return nil
}

func (d *parsed) modeReport(hidPOS bool) []byte {
	report := d.blank(feature, switchReport)
	if len(report) < 2 {
		return nil
	}
	if hidPOS {
		report[1] = 1
	}
	return report
}

func (d *parsed) size() int { return max(d.longest, smallestBuffer) }
