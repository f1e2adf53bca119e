package barcode

import (
	"slices"
	"strings"
)

// maxSegments bounds the path of an address: longer ones are not for goods.
const maxSegments = 64

// link reads the text as a GS1 Digital Link address, and reports whether it is
// one. The address is read, never asked.
func (c *Code) link() bool {
	if !isAddress(c.Text) {
		return false
	}
	var room [maxElements]Element
	all, why := appendLink(room[:0], c.Text)
	if len(all) == 0 {
		return false
	}
	c.Kind, c.Malformed = DigitalLink, why != whole
	if key := c.articleOf(all); key != "" {
		c.Key = key
	}
	return true
}

// isAddress reports whether a text is a web address.
func isAddress(text string) bool {
	_, ok := afterScheme(text)
	return ok
}

func afterScheme(text string) (string, bool) {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return text[len(scheme):], true
		}
	}
	return "", false
}

// appendLink reads the elements of an address: the key and its qualifiers in the
// path, attributes behind the question mark. What it does not know there is left
// out, unless it has an identifier's form: then that is told.
func appendLink(all Elements, text string) (Elements, flaw) {
	rest, ok := afterScheme(text)
	if !ok {
		return all, unknownAI
	}
	rest, _, _ = strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	var room [maxSegments]string
	segments, ok := split(room[:0], path)
	if !ok {
		return all, tooMany
	}
	at, element := linkKey(segments)
	if at < 0 {
		return all, unknownAI
	}
	all = append(all, element)
	all, why := appendQualifiers(all, segments[at+2:])
	if all, next := appendAttributes(all, query); next != whole {
		return all, next
	} else {
		return all, why
	}
}

// split cuts a path into its segments, without the host and an empty last one.
func split(segments []string, path string) ([]string, bool) {
	_, path, _ = strings.Cut(path, "/")
	path = strings.TrimSuffix(path, "/")
	for path != "" {
		if len(segments) == maxSegments {
			return nil, false
		}
		var segment string
		segment, path, _ = strings.Cut(path, "/")
		segments = append(segments, segment)
	}
	return segments, true
}

// linkKey finds the element that an address is about: an item wherever it stands,
// anything else only where the rest of the path is made of pairs.
func linkKey(segments []string) (int, Element) {
	for i := 0; i+1 < len(segments); i++ {
		if segments[i] == "01" {
			if item, ok := linkItem(segments[i+1]); ok {
				return i, Element{"01", item}
			}
		}
	}
	for i := len(segments) - 2; i >= 0; i -= 2 {
		if qualifiersOf(segments[i]) == nil {
			continue
		}
		if value, ok := linkValue(segments[i], segments[i+1]); ok {
			return i, Element{segments[i], value}
		}
	}
	return -1, Element{}
}

// linkItem returns the GTIN of a segment, which may lack the zeros in front.
func linkItem(segment string) (string, bool) {
	digits, _ := unescape(segment)
	return GTIN(digits)
}

// linkValue returns the value of an identifier in an address.
func linkValue(ai, escaped string) (string, bool) {
	e, ok := entryOf(ai)
	if !ok || len(e.ai) != len(ai) {
		return "", false
	}
	value, ok := unescape(escaped)
	return value, ok && e.fits(value)
}

// noQualifiers is what a key has that takes none.
var noQualifiers = [][]string{}

// qualifiersOf returns the lists of qualifiers that a key may have, nil where the
// identifier begins no address.
func qualifiersOf(ai string) [][]string {
	for i := range linkKeys {
		if linkKeys[i].ai == ai {
			if linkKeys[i].qualifiers == nil {
				return noQualifiers
			}
			return linkKeys[i].qualifiers
		}
	}
	return nil
}

// appendQualifiers reads the pairs behind the key. They must come in the order of
// one of its lists.
func appendQualifiers(all Elements, pairs []string) (Elements, flaw) {
	allowed := qualifiersOf(all[len(all)-1].AI)
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		if i+1 == len(pairs) {
			return all, unknownAI
		}
		if list == nil {
			if at := slices.IndexFunc(allowed, func(l []string) bool { return slices.Contains(l, pairs[i]) }); at >= 0 {
				list = allowed[at]
			}
		}
		at := slices.Index(list, pairs[i])
		if at < 0 {
			return all, unknownAI
		}
		value, ok := linkValue(pairs[i], pairs[i+1])
		if !ok {
			return all, wrongValue
		}
		all, list = append(all, Element{pairs[i], value}), list[at+1:]
	}
	return all, whole
}

// appendAttributes reads the pairs behind the question mark.
func appendAttributes(all Elements, query string) (Elements, flaw) {
	why := whole
	for query != "" {
		pair := query
		if end := strings.IndexAny(query, "&;"); end >= 0 {
			pair, query = query[:end], query[end+1:]
		} else {
			query = ""
		}
		ai, escaped, _ := strings.Cut(pair, "=")
		if len(ai) < 2 || len(ai) > 4 || !allDigits(ai) {
			continue
		}
		e, ok := entryOf(ai)
		if !ok || len(e.ai) != len(ai) || !e.attribute {
			why = unknownAI
			continue
		}
		value, ok := linkValue(ai, escaped)
		if !ok {
			why = wrongValue
			continue
		}
		if len(all) == maxElements {
			return all, tooMany
		}
		all = append(all, Element{ai, value})
	}
	return all, why
}

// unescape replaces per cent and two hexadecimal digits by the byte they stand
// for. A per cent sign without them is an error.
func unescape(text string) (string, bool) {
	if strings.IndexByte(text, '%') < 0 {
		return text, true
	}
	if !isPercentEncoded(text) {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		b.WriteByte(byte(hexValue(text[i+1])<<4 | hexValue(text[i+2])))
		i += 2
	}
	return b.String(), true
}
