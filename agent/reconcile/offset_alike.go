package reconcile

import (
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Shorter texts and words are alike by chance, and of longer ones only the beginning
// is compared.
const leastText, mostText, leastWord = 4, 40, 3

// suspect is an item with what it is compared by.
type suspect struct {
	Differing
	codes []text
	sku   text
	words []string
}

func suspectOf(d Differing) suspect {
	s := suspect{Differing: d, sku: textOf(d.Item.SKU), words: words(d.Item.Name)}
	for _, code := range d.Item.Codes {
		s.codes = append(s.codes, textOf(barcode.Key(code.Text)))
	}
	return s
}

// text is a barcode or a SKU as it is compared.
type text struct {
	whole string
	// part is the text, if it is a number without its last digit: that may be a check
	// digit, which follows the others. It is empty where the text is too short.
	part   string
	number bool
}

func textOf(s string) text {
	t := text{whole: strings.ToLower(s)}
	t.whole = t.whole[:min(len(t.whole), mostText)]
	t.number = strings.Trim(t.whole, "0123456789") == ""
	switch {
	case len(t.whole) < leastText:
	case t.number:
		t.part = t.whole[:len(t.whole)-1]
	default:
		t.part = t.whole
	}
	return t
}

// words returns the words of a name that say something, each once.
func words(name string) []string {
	all := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" -_/,.()", r) })
	all = slices.DeleteFunc(all, func(w string) bool { return len(w) < leastWord })
	slices.Sort(all)
	return slices.Compact(all)
}

// keys calls see with what alike items have in common, as hashes. Texts that differ
// in one character have a text in common that lacks one.
func (o *offsets) keys(s *suspect, see func(uint64)) {
	for _, bin := range s.Bins {
		if at, known := o.at[bin]; known {
			see(mix(1, uint64(at)))
			see(mix(1, uint64(at)+1))
		} else if bin != "" {
			see(hashOf(2, string(bin), -1))
		}
	}
	for _, code := range s.codes {
		lacking(3, code, see)
	}
	lacking(4, s.sku, see)
	for _, word := range s.words {
		see(hashOf(5, word, -1))
	}
}

// lacking tells of a text, and of what is left of it without each of its characters.
func lacking(kind uint64, t text, see func(uint64)) {
	if t.part == "" {
		return
	}
	see(hashOf(kind, t.part, -1))
	for n := range len(t.part) {
		see(hashOf(kind, t.part, n))
	}
}

// hashOf returns a number for a text without one of its characters.
func hashOf(kind uint64, s string, without int) uint64 {
	hash := mix(0, kind)
	for n := range len(s) {
		if n != without {
			hash = mix(hash, uint64(s[n]))
		}
	}
	return hash
}

// near reports whether two texts differ in one character: another one, one more, or
// two that changed places.
func near(a, b text) bool {
	if a.part == "" || b.part == "" || a.whole == b.whole {
		return false
	}
	if a.number != b.number {
		return oneApart(a.whole, b.whole)
	}
	return a.part == b.part || oneApart(a.part, b.part)
}

func oneApart(x, y string) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	n := 0
	for n < len(x) && x[n] == y[n] {
		n++
	}
	if len(y) > len(x) {
		return x[n:] == y[n+1:]
	}
	swapped := n+1 < len(x) && x[n] == y[n+1] && x[n+1] == y[n] && x[n+2:] == y[n+2:]
	return n < len(x) && (swapped || x[n+1:] == y[n+1:])
}

func likeCodes(a, b *suspect) bool {
	for _, x := range a.codes {
		for _, y := range b.codes {
			if near(x, y) {
				return true
			}
		}
	}
	return false
}

// likeNames reports whether at least half of the words of two names are the same.
func likeNames(a, b []string) bool {
	common := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			common++
		}
	}
	return common > 0 && 2*common >= len(a)+len(b)-common
}

// close returns a bin that two items share, or whether they have neighbouring ones.
func (o *offsets) close(a, b []agent.Bin) (same agent.Bin, next bool) {
	for _, x := range a {
		for _, y := range b {
			if x == y && x != "" {
				return x, false
			}
			m, known := o.at[x]
			n, too := o.at[y]
			next = next || known && too && abs(int64(m-n)) == 1 && o.zones[x] == o.zones[y]
		}
	}
	return "", next
}
