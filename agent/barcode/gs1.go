package barcode

import "strings"

// Element is one application identifier and its value. Both are parts of the text
// that was read.
type Element struct {
	AI    string `json:"ai"`
	Value string `json:"value"`
}

// Name says what the element is, in words: "lot" for 10.
func (e Element) Name() string {
	if entry, ok := entryOf(e.AI); ok {
		return entry.name
	}
	return ""
}

// Elements are the elements of a code, in the order in which they were read. They
// end where something could not be read.
type Elements []Element

// Get returns the value of an identifier, empty if it is not there. The last digit
// "n" stands for any: "310n".
func (all Elements) Get(ai string) string {
	_, value := all.find(ai)
	return value
}

func (all Elements) find(ai string) (found, value string) {
	stem := strings.TrimSuffix(ai, "n")
	for _, e := range all {
		if e.AI == ai || len(stem) < len(ai) && len(e.AI) == len(ai) && e.AI[:len(stem)] == stem {
			return e.AI, e.Value
		}
	}
	return "", ""
}

// maxElements bounds the elements of a code: more can't be meant.
const maxElements = 40

// flaw says why reading elements stopped.
type flaw byte

const (
	whole       flaw = iota
	unknownAI        // no such identifier
	wrongLength      // the value ends too early, or a separator got lost
	wrongValue       // characters or a check that do not fit
	tooMany          // more elements than can be meant
)

// Elements returns what an element string or a web address is made of, nil for
// other codes.
func (c Code) Elements() Elements {
	switch c.Kind {
	case ElementString, Details:
		all, _ := appendElements(nil, c.Text)
		return all
	case DigitalLink:
		all, _ := appendLink(nil, c.Text)
		return all
	}
	return nil
}

// appendElements reads an element string. Separators are wanted after values that
// can vary in length, and tolerated wherever an identifier may begin.
func appendElements(all Elements, text string) (Elements, flaw) {
	if strings.HasPrefix(text, "(") {
		text = unbracket(text)
	}
	for {
		for n := separator(text); n > 0; n = separator(text) {
			text = text[n:]
		}
		if text == "" {
			return all, whole
		}
		e, ok := entryOf(text)
		if !ok {
			return all, unknownAI
		}
		if len(all) == maxElements {
			return all, tooMany
		}
		ai, rest := text[:len(e.ai)], text[len(e.ai):]
		n, why := e.measure(rest)
		if why != whole {
			return all, why
		}
		if !e.fits(rest[:n]) {
			return all, wrongValue
		}
		if all == nil {
			all = make(Elements, 0, 8)
		}
		all = append(all, Element{ai, rest[:n]})
		text = rest[n:]
	}
}

// measure returns how long the value at the beginning of a text is.
func (e *entry) measure(text string) (int, flaw) {
	least, most := 0, 0
	for i := range e.parts {
		most += e.parts[i].max
		if !e.parts[i].optional {
			least += e.parts[i].min
		}
	}
	n := most
	if !e.fixed {
		n = valueEnd(text)
	}
	if n < least || n > most || n > len(text) {
		return 0, wrongLength
	}
	return n, whole
}

// fits reports whether a value is made of the entry's components.
func (e *entry) fits(value string) bool {
	for i := range e.parts {
		p := &e.parts[i]
		if value == "" && p.optional {
			return true
		}
		n := min(p.max, len(value))
		if n < p.min || !p.fits(value[:n]) {
			return false
		}
		value = value[n:]
	}
	return value == ""
}

// picture is how the separator is shown where it can't be printed.
const picture = "␝"

// separator returns how long the separator is that a text begins with. Scanners
// that type send FNC1 as the byte 29, and some spell it.
func separator(text string) int {
	if text == "" {
		return 0
	}
	switch text[0] {
	case 0x1d:
		return 1
	case picture[0]:
		if strings.HasPrefix(text, picture) {
			return len(picture)
		}
	case '<', '{', '[':
		if len(text) < 4 || text[1] != 'G' || text[2] != 'S' {
			return 0
		}
		if closing := text[3]; text[0] == '<' && closing == '>' || text[0] == '{' && closing == '}' || text[0] == '[' && closing == ']' {
			return 4
		}
	case '^':
		if len(text) > 1 && text[1] == ']' {
			return 2
		}
	}
	return 0
}

// valueEnd returns where the first separator of a text is, or its end.
func valueEnd(text string) int {
	for i := range len(text) {
		if sets[text[i]]&maySeparate != 0 && separator(text[i:]) > 0 {
			return i
		}
	}
	return len(text)
}

// unbracket turns the form that people read, "(01)04006381333931(10)A", into an
// element string. Brackets that hold no identifier belong to the value.
func unbracket(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		if n := bracketed(text[i:]); n > 0 {
			b.WriteByte(0x1d)
			b.WriteString(text[i+1 : i+n-1])
			i += n - 1
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// bracketed returns the length of the identifier in brackets that a text begins
// with, brackets included; 0 if there is none.
func bracketed(text string) int {
	if text[0] != '(' {
		return 0
	}
	e, ok := entryOf(text[1:])
	if n := 0; ok {
		if n = len(e.ai) + 2; len(text) >= n && text[n-1] == ')' {
			return n
		}
	}
	return 0
}

// elementString reads the text as an element string, and reports whether it is
// one. Without an identifier that says so it must begin with an item or a logistic
// unit, and can still be a number of the house.
func (c *Code) elementString() bool {
	announced := isGS1(c.Symbology) || separator(c.Text) > 0
	if !announced && (c.Symbology != "" || !looksGS1(c.Text)) {
		return false
	}
	var room [maxElements]Element
	all, why := appendElements(room[:0], c.Text)
	if !announced && why != whole {
		return c.perhaps(all)
	}
	key := c.articleOf(all)
	switch {
	case key != "":
		c.Kind, c.Key, c.Malformed = ElementString, key, why != whole
		if !announced {
			c.OtherKey = c.Text
		}
	case len(all) == 0:
		c.BadCheckDigit = why == wrongValue && looksGS1(c.Text)
		return c.BadCheckDigit
	case why != whole:
		c.Malformed = true
	case c.Symbology == "e0" || c.Symbology == "e1":
		c.Kind = Details // the second part of a composite code
	default:
		c.Kind = ElementString
	}
	return true
}

// perhaps keeps the item of a text that begins as an element string and can't be
// read to its end, as from a scanner that loses separators. The text comes first.
func (c *Code) perhaps(all Elements) bool {
	if len(all) == 0 || all[0].AI != "01" || allDigits(c.Text) {
		return false
	}
	c.Kind, c.OtherKey, c.Malformed = ElementString, all[0].Value, true
	return true
}

// looksGS1 reports whether a text begins as element strings about goods do.
func looksGS1(text string) bool {
	switch {
	case len(text) < 16:
		return false
	case text[0] == '(':
		return bracketed(text) > 0
	case text[0] == '0' && text[1] == '0':
		return len(text) >= 20 && allDigits(text[:20])
	}
	return text[0] == '0' && (text[1] == '1' || text[1] == '2') && allDigits(text[:16])
}

// articleOf returns the key of the article that elements are about, and sets how
// much of it they stand for.
func (c *Code) articleOf(all Elements) string {
	if item := all.Get("01"); item != "" {
		c.Amount = all.amount()
		return item
	}
	if inside := all.Get("02"); inside != "" {
		c.Amount = Amount{Of: Pieces, Value: wholeNumber(all.Get("37"))}
		return inside
	}
	for _, ai := range [...]string{"8006", "8026"} {
		piece := all.Get(ai)
		if piece == "" {
			continue
		}
		if total := int64(two(piece[16:])); total > 1 || ai == "8026" {
			c.Amount = Amount{Of: Part, Value: total}
		}
		return piece[:14]
	}
	return ""
}
