package keyboard

import (
	"slices"
	"unicode"

	"github.com/stockhand/stockhand/scanner"
)

// Choice is a way to read a scanner's strokes.
type Choice struct {
	Layout *Layout
	Caps   bool
}

// Reading is a text and the choices that lead to it: the usual ones first, and
// Caps Lock only for layouts where it makes a difference.
type Reading struct {
	Text    []byte
	Choices []Choice
}

// Learn reads strokes in every way and returns the texts that make sense: each
// stroke has its character and nothing but printable characters and the control
// characters of codes comes out. Each text is returned once, in the order of
// Layouts. Plain digits, for example, are the same text almost everywhere.
func Learn(strokes []Stroke) []Reading {
	var found []Reading
	index := map[string]int{}
	for _, caps := range []bool{false, true} {
		for _, l := range Layouts {
			text, ok := readAll(strokes, l, caps)
			if !ok {
				continue
			}
			i, known := index[string(text)]
			if !known {
				i = len(found)
				index[string(text)] = i
				found = append(found, Reading{Text: text})
			}
			if !caps || !slices.Contains(found[i].Choices, Choice{l, false}) {
				found[i].Choices = append(found[i].Choices, Choice{l, caps})
			}
		}
	}
	return found
}

func readAll(strokes []Stroke, l *Layout, caps bool) ([]byte, bool) {
	d := NewDecoder(l, caps)
	var text []byte
	for _, s := range strokes {
		var err error
		if text, err = d.Append(text, s); err != nil {
			return nil, false
		}
	}
	text = d.Flush(text)
	return text, len(text) > 0 && makesSense(text)
}

func makesSense(text []byte) bool {
	for _, c := range string(text) {
		switch c {
		case '\r', '\n', '\t', 0x02, 0x03, 0x04, 0x1c, 0x1d, 0x1e, 0x1f:
		default:
			if !unicode.IsPrint(c) {
				return false
			}
		}
	}
	return true
}

// meanings are the readings in the form of pairing: one for each choice, so that
// what was learned from one scan can be applied to the next, or a single one
// without settings where the choice makes no difference.
func meanings(strokes []Stroke) []scanner.Meaning {
	readings := Learn(strokes)
	if len(readings) == 1 {
		return []scanner.Meaning{{Raw: readings[0].Text}}
	}
	var all []scanner.Meaning
	for _, r := range readings {
		for _, c := range r.Choices {
			all = append(all, scanner.Meaning{Settings: c.settings(), Raw: r.Text})
		}
	}
	return all
}

func (c Choice) settings() map[string]any {
	m := map[string]any{"layout": c.Layout.Name}
	if c.Caps {
		m["caps"] = "on"
	}
	return m
}
