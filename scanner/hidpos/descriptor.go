package hidpos

import (
	"errors"
	"fmt"
)

// Limits of a report descriptor. They are those of the Linux kernel, or
// tighter; no scanner comes near them.
const (
	maxDescriptor = 4096     // bytes
	maxReport     = 8 * 4096 // bits of one report
	maxElement    = 8 * 256  // bits of one element
	maxElements   = 12288    // elements of one main item
	maxDepth      = 32       // collections in collections
	maxPushed     = 8        // saved states
)

// kind tells the three sorts of report apart.
type kind uint8

const (
	input kind = iota
	output
	feature
)

// usage is a page in the upper and a number in the lower 16 bits.
type usage uint32

func (u usage) page() uint32 { return uint32(u >> 16) }

// usages is a range of usages of one field. A single usage is a range of one.
type usages struct {
	low, high usage
	short     bool // without a page of its own: it takes the page in force
}

func (r usages) size() uint64 { return uint64(r.high-r.low) + 1 }

// field is one main item: n elements of size bits each, from a bit of a report
// on. The first bit counts from the report's first byte, the report id included
// where there is one.
type field struct {
	kind     kind
	report   byte
	at       int
	size, n  int
	array    bool // an element holds the number of a usage, not a usage its value
	lowest   int64
	usages   []usages
	constant bool
}

// run is where a usage lies in a field: n elements of size bits from a bit on.
type run struct{ at, size, n int }

func (r run) end() int { return r.at + r.size*r.n }

// find returns where a usage lies in the field. The last usage stands for all
// elements that are left.
func (f *field) find(u usage) (found []run) {
	var before uint64
	for i, r := range f.usages {
		if before >= uint64(f.n) {
			break
		}
		if r.low <= u && u <= r.high {
			index := before + uint64(u-r.low)
			n := 1
			if i == len(f.usages)-1 && u == r.high {
				n = f.n - int(min(index, uint64(f.n)))
			}
			if index < uint64(f.n) {
				found = append(found, run{at: f.at + int(index)*f.size, size: f.size, n: n})
			}
		}
		before += r.size()
	}
	return found
}

// selector returns the value by which an element of an array names a usage.
func (f *field) selector(u usage) (value int64, ok bool) {
	value = f.lowest
	for _, r := range f.usages {
		if r.low <= u && u <= r.high {
			return value + int64(u-r.low), true
		}
		value += int64(r.size())
	}
	return 0, false
}

// description is what a report descriptor says.
type description struct {
	fields   []field
	numbered bool // every report begins with its id
	// bits is how long each report is, by kind and id, ids included.
	bits [3]map[byte]int
}

var errDescriptor = errors.New("the scanner describes its reports in a way that makes no sense")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errDescriptor}, args...)...)
}

// global is the state that lasts until it is changed, local the one that ends
// with each main item.
type global struct {
	page    uint32
	lowest  int64
	size, n int
	report  byte
}

type local struct {
	usages  []usages
	low     *usages // a minimum that waits for its maximum
	deleted bool    // inside a delimiter set, all but the first are other names
	inSet   bool
}

// walker reads a report descriptor item by item.
type walker struct {
	description
	global
	local
	pushed []global
	depth  int
}

// describe reads a report descriptor. It takes time and space in proportion to
// the descriptor, whatever the descriptor claims.
func describe(raw []byte) (description, error) {
	if len(raw) > maxDescriptor {
		return description{}, malformed("%d bytes", len(raw))
	}
	w := walker{}
	for i := range w.bits {
		w.bits[i] = map[byte]int{}
	}
	for rest := raw; len(rest) > 0; {
		it, n, err := nextItem(rest)
		if err == nil {
			err = w.take(it)
		}
		if err != nil {
			return description{}, err
		}
		rest = rest[n:]
	}
	if w.depth != 0 {
		return description{}, malformed("%d collections do not end", w.depth)
	}
	w.addIDs()
	return w.description, nil
}

// addIDs makes room for the report ids at the beginning. A field that belongs to
// no report of a numbered descriptor is never sent.
func (w *walker) addIDs() {
	if !w.numbered {
		return
	}
	kept := w.fields[:0]
	for _, f := range w.fields {
		if f.report != 0 {
			f.at += 8
			kept = append(kept, f)
		}
	}
	w.fields = kept
	for _, lengths := range w.bits {
		delete(lengths, 0)
		for id := range lengths {
			lengths[id] += 8
		}
	}
}

// item is one entry of a descriptor.
type item struct {
	tag  byte // with its type: the prefix without the size
	data uint32
	size int // bytes of data
}

// The long item carries its size and tag in bytes of its own; none is defined.
const longItem = 0xfe

func nextItem(raw []byte) (it item, length int, err error) {
	prefix := raw[0]
	if prefix == longItem {
		if len(raw) < 3 || len(raw) < 3+int(raw[1]) {
			return item{}, 0, malformed("a long item is cut off")
		}
		return item{tag: longItem}, 3 + int(raw[1]), nil
	}
	size := int(prefix & 3)
	if size == 3 {
		size = 4
	}
	if len(raw) < 1+size {
		return item{}, 0, malformed("an item is cut off")
	}
	it = item{tag: prefix &^ 3, size: size}
	for i, b := range raw[1 : 1+size] {
		it.data |= uint32(b) << (8 * i)
	}
	return it, 1 + size, nil
}

// signed returns the data as a number with a sign.
func (it item) signed() int64 {
	switch it.size {
	case 1:
		return int64(int8(it.data))
	case 2:
		return int64(int16(it.data))
	}
	return int64(int32(it.data))
}

// Tags of items, with their types.
const (
	tagInput, tagOutput, tagFeature              = 0x80, 0x90, 0xb0
	tagCollection, tagEndCollection              = 0xa0, 0xc0
	tagPage, tagLogicalMinimum, tagSize          = 0x04, 0x14, 0x74
	tagReport, tagCount, tagPush, tagPop         = 0x84, 0x94, 0xa4, 0xb4
	tagUsage, tagUsageLow, tagUsageHigh, tagSets = 0x08, 0x18, 0x28, 0xa8
)

func (w *walker) take(it item) error {
	switch it.tag & 0x0c {
	case 0x00:
		err := w.main(it)
		w.local = local{}
		return err
	case 0x04:
		return w.setGlobal(it)
	case 0x08:
		return w.setLocal(it)
	}
	return nil // reserved, and the long item
}

func (w *walker) main(it item) error {
	switch it.tag {
	case tagInput:
		return w.field(input, it)
	case tagOutput:
		return w.field(output, it)
	case tagFeature:
		return w.field(feature, it)
	case tagCollection:
		if w.depth++; w.depth > maxDepth {
			return malformed("more than %d collections in each other", maxDepth)
		}
	case tagEndCollection:
		if w.depth--; w.depth < 0 {
			return malformed("a collection ends that did not begin")
		}
	}
	return nil
}

// field adds a field and makes its report longer.
func (w *walker) field(k kind, it item) error {
	at := w.bits[k][w.report]
	if w.size*w.n > maxReport-at {
		return malformed("a report of more than %d bytes", maxReport/8)
	}
	w.bits[k][w.report] = at + w.size*w.n
	if w.n == 0 || w.size == 0 {
		return nil
	}
	w.settlePages()
	w.fields = append(w.fields, field{
		kind: k, report: w.report, at: at, size: w.size, n: w.n,
		constant: it.data&1 != 0, array: it.data&2 == 0, lowest: w.lowest, usages: w.usages,
	})
	return nil
}

// settlePages gives usages that were named before their page that page: where
// none of those without a page of their own uses the last page declared, it was
// declared for them.
func (w *walker) settlePages() {
	for i := len(w.usages) - 1; i >= 0; i-- {
		r := &w.usages[i]
		if !r.short {
			continue
		}
		if r.low.page() == w.page {
			return
		}
		r.low, r.high = w.paged(r.low), w.paged(r.high)
	}
}

func (w *walker) paged(u usage) usage { return usage(w.page<<16) | u&0xffff }

func (w *walker) setGlobal(it item) error {
	switch it.tag {
	case tagPage:
		w.page = it.data & 0xffff
	case tagLogicalMinimum:
		w.lowest = it.signed()
	case tagSize:
		if it.data > maxElement {
			return malformed("an element of %d bits", it.data)
		}
		w.size = int(it.data)
	case tagCount:
		if it.data > maxElements {
			return malformed("%d elements", it.data)
		}
		w.n = int(it.data)
	case tagReport:
		if it.data == 0 || it.data > 255 {
			return malformed("a report with the id %d", it.data)
		}
		w.report, w.numbered = byte(it.data), true
	case tagPush:
		if len(w.pushed) == maxPushed {
			return malformed("more than %d saved states", maxPushed)
		}
		w.pushed = append(w.pushed, w.global)
	case tagPop:
		if len(w.pushed) == 0 {
			return malformed("a state is restored that was not saved")
		}
		w.global, w.pushed = w.pushed[len(w.pushed)-1], w.pushed[:len(w.pushed)-1]
	}
	return nil
}

func (w *walker) setLocal(it item) error {
	switch it.tag {
	case tagSets:
		w.inSet, w.deleted = it.data&1 != 0, false
	case tagUsage:
		w.addUsages(w.usage(it), w.usage(it))
	case tagUsageLow:
		low := w.usage(it)
		w.low = &low
	case tagUsageHigh:
		if w.low == nil || w.usage(it).high < w.low.low {
			return malformed("a range of usages ends before it begins")
		}
		w.addUsages(*w.low, w.usage(it))
		w.low = nil
	}
	return nil
}

func (w *walker) usage(it item) usages {
	u, short := usage(it.data), it.size < 4
	if short {
		u = w.paged(u)
	}
	return usages{low: u, high: u, short: short}
}

// addUsages adds a range. In a delimiter set the first usage is the one meant.
func (w *walker) addUsages(low, high usages) {
	if w.deleted {
		return
	}
	w.deleted = w.inSet
	w.usages = append(w.usages, usages{low: low.low, high: high.high, short: low.short && high.short})
}
