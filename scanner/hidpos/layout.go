package hidpos

import "slices"

// The usages that matter here: the bar code scanner page of the HID point of
// sale usage tables, and the byte count of the generic desktop page.
const (
	scannerPage usage = 0x8c << 16

	usageByteCount = 0x0001_003b
	usageAIM1      = scannerPage | 0xfb
	usageAIM2      = scannerPage | 0xfc
	usageAIM3      = scannerPage | 0xfd
	usageData      = scannerPage | 0xfe
	usageContinued = scannerPage | 0xff

	usageErrorBeep = scannerPage | 0x85
	usageGoodBeep  = scannerPage | 0x86
	usageNotOnFile = scannerPage | 0x87
)

// switchReport is the feature report by which scanners that can also type are
// told to send HID POS reports (1) or to type again (0).
const switchReport = 0xfe

// layout is where a scanner's reports hold what matters.
type layout struct {
	numbered bool
	scans    map[byte]*scanReport // by report id
	beeps    map[usage]flag
	// switchBytes is the length of the switch report, its id included; 0 if the
	// scanner has none.
	switchBytes int
	longest     int // the longest input report in bytes
}

// scanReport is an input report that carries decoded data.
type scanReport struct {
	count     []run // the number of bytes of data, if the scanner tells it
	aim       [3][]run
	data      []run
	continued []flag
	needs     int // bits without which the report cannot be understood
	room      int // bytes of data that fit
}

// flag is something that is on or off: a bit, or a value in an array of them.
type flag struct {
	run
	report byte
	array  bool
	value  int64 // what an element of the array holds if the flag is on
	bytes  int   // the length of the report, its id included
}

// isScanner reports whether the layout is that of a scanner: it has a report
// that carries decoded data.
func (l *layout) isScanner() bool { return len(l.scans) > 0 }

// layoutOf finds the fields that matter in a report descriptor.
func layoutOf(descriptor []byte) (*layout, error) {
	d, err := describe(descriptor)
	if err != nil {
		return nil, err
	}
	l := &layout{numbered: d.numbered, scans: map[byte]*scanReport{}, beeps: map[usage]flag{}}
	for i := range d.fields {
		if f := &d.fields[i]; !f.constant {
			l.add(f, bytesOf(d.bits[f.kind][f.report]))
		}
	}
	for id, r := range l.scans {
		if len(r.data) == 0 {
			delete(l.scans, id)
			continue
		}
		r.setNeeds()
	}
	for _, bits := range d.bits[input] {
		l.longest = max(l.longest, bytesOf(bits))
	}
	if bits, ok := d.bits[feature][switchReport]; ok && bytesOf(bits) >= 2 {
		l.switchBytes = bytesOf(bits)
	}
	return l, nil
}

func bytesOf(bits int) int { return (bits + 7) / 8 }

func (l *layout) add(f *field, bytes int) {
	switch f.kind {
	case input:
		l.addInput(f, bytes)
	case output:
		for _, u := range []usage{usageErrorBeep, usageGoodBeep, usageNotOnFile} {
			if flags := f.flags(u, bytes); len(flags) > 0 {
				l.beeps[u] = flags[0]
			}
		}
	}
}

func (l *layout) addInput(f *field, bytes int) {
	r := l.scans[f.report]
	if r == nil {
		r = &scanReport{}
		l.scans[f.report] = r
	}
	r.count = append(r.count, f.find(usageByteCount)...)
	for i, u := range []usage{usageAIM1, usageAIM2, usageAIM3} {
		r.aim[i] = append(r.aim[i], f.find(u)...)
	}
	for _, data := range f.find(usageData) {
		// An element of several bytes is taken for so many; one that is neither
		// that nor smaller than a byte holds no text.
		if data.size <= 8 || data.size%8 == 0 {
			r.data = append(r.data, data)
		}
	}
	r.continued = append(r.continued, f.flags(usageContinued, bytes)...)
}

// flags returns where a usage that is on or off lies in a field.
func (f *field) flags(u usage, bytes int) []flag {
	if f.array && f.size > 1 {
		if value, ok := f.selector(u); ok {
			return []flag{{run: run{f.at, f.size, f.n}, report: f.report, array: true, value: value, bytes: bytes}}
		}
		return nil
	}
	var found []flag
	for _, r := range f.find(u) {
		found = append(found, flag{run: r, report: f.report, bytes: bytes})
	}
	return found
}

// setNeeds finds how much of the report must be there. With a byte count the
// data may end early.
func (r *scanReport) setNeeds() {
	slices.SortFunc(r.data, func(a, b run) int { return a.at - b.at })
	needed := slices.Concat(r.count, r.aim[0], r.aim[1], r.aim[2])
	if len(r.count) == 0 {
		needed = append(needed, r.data...)
	}
	for _, d := range r.data {
		r.room += d.n * max(1, d.size/8)
	}
	for _, n := range needed {
		r.needs = max(r.needs, n.end())
	}
	for _, f := range r.continued {
		r.needs = max(r.needs, f.end())
	}
}
