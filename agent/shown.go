package agent

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent/barcode"
)

// ShownScan is a scan as people see it: with the names of what was meant, and
// with its raw bytes made harmless.
type ShownScan struct {
	Seq      Seq       `json:"seq"`
	At       time.Time `json:"at"`
	Device   DeviceID  `json:"device,omitempty"`
	Op       Op        `json:"op"`
	Code     string    `json:"code"`
	RawShown string    `json:"raw_shown"`
	// Meaning says in words what was read, where that is more than a number or a
	// text: a lot, a date, a weight, two readings.
	Meaning string `json:"meaning,omitempty"`
	// Command is what one of our own command barcodes asked for.
	Command  string `json:"command,omitempty"`
	Item     ItemID `json:"item,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Name     string `json:"name,omitempty"`
	Bin      Bin    `json:"bin"`
	Round    int64  `json:"round"`
	Quantity int64  `json:"quantity"`
	Damaged  bool   `json:"damaged,omitempty"`
	// Line is what the scan's line adds up to with it, where that is known.
	Line   *int64   `json:"line_counted,omitempty"`
	Flags  []string `json:"flags"`
	Voided bool     `json:"voided"`
	// Accepted is true of a scan that was only kept and counts by another entry now.
	Accepted bool `json:"accepted,omitempty"`
	Voids    Seq  `json:"voids,omitempty"`
	// By is who counted it, and Later who said afterwards that a scan counts.
	By    Actor  `json:"by"`
	Later *Actor `json:"later,omitempty"`
}

// Show returns scans as people see them, in the same order. It holds nothing of
// what is expected, so that whoever may count may see it.
func Show(v View, scans []Scan) ([]ShownScan, error) {
	names, err := namesOf(v, scans)
	if err != nil {
		return nil, err
	}
	seqs := make([]Seq, len(scans))
	for i, s := range scans {
		seqs[i] = s.Seq
	}
	voided, err := v.Voided(seqs...)
	if err != nil {
		return nil, err
	}
	shown, walkers := make([]ShownScan, len(scans)), walkers{v, map[PassID]Pass{}}
	for _, s := range scans {
		if s.Op == Move && s.Voids != 0 {
			voided[s.Voids] = s.Seq // a way that was taken back
		}
	}
	for i, s := range scans {
		item := names[s.Item]
		by, gone := voided[s.Seq]
		shown[i] = ShownScan{
			Seq: s.Seq, At: s.Read.At, Device: s.Device, Op: s.Op, Code: s.Code.Text, RawShown: ShowRaw(s.Raw), Meaning: meaningOf(s),
			Item: s.Item, SKU: item.SKU, Name: item.Name, Bin: s.Bin, Round: s.Round, Quantity: s.Quantity,
			Flags: s.Flags.Names(), Voided: gone, Voids: s.Voids, By: s.Actor, Damaged: s.Cond == Damaged,
		}
		if shown[i].By, shown[i].Later, err = walkers.of(s); err != nil {
			return nil, err
		}
		if gone && s.Op == Note {
			entry, _, err := v.Scan(by)
			if err != nil {
				return nil, err
			}
			shown[i].Accepted = entry.Op == Add
		}
		if s.Code.Kind == barcode.Command {
			shown[i].Command = Harmless(s.Code.Value)
		}
	}
	return shown, nil
}

// walkers finds out who counted scans; the passes of those that follow are known.
type walkers struct {
	view   View
	passes map[PassID]Pass
}

func (w walkers) of(s Scan) (who Actor, later *Actor, err error) {
	if s.Op == Add && s.Voids != 0 {
		note, _, err := w.view.Scan(s.Voids)
		if err != nil {
			return who, nil, err
		}
		by := s.Actor
		later, s.Actor = &by, note.Actor
	}
	if s.Actor.Kind != DeviceActor || s.Pass == "" {
		return s.Actor, later, nil
	}
	pass, known := w.passes[s.Pass]
	if !known {
		pass, _, err = w.view.Pass(s.Pass)
		w.passes[s.Pass] = pass
	}
	return s.Counter(pass), later, err
}

// meaningOf says in words what a scan's code means, if it is not plain.
func meaningOf(s Scan) string {
	c := s.Code
	if c == (barcode.Code{Text: c.Text, Key: c.Key, Symbology: c.Symbology}) {
		return ""
	}
	return Harmless(c.Describe(s.Read.At.Year()))
}

func namesOf(v View, scans []Scan) (map[ItemID]Item, error) {
	names := map[ItemID]Item{}
	var ids []ItemID
	for _, s := range scans {
		if _, asked := names[s.Item]; s.Item != "" && !asked {
			names[s.Item] = Item{}
			ids = append(ids, s.Item)
		}
	}
	if len(ids) == 0 {
		return names, nil // Items without ids would mean all of them
	}
	items, err := v.Items(ids...)
	for _, item := range items {
		names[item.ID] = item
	}
	return names, err
}

// flagNames are the names of the scan flags, in the order of their bits.
var flagNames = []string{"ended_by_quiet", "too_long", "bad_check_digit", "unowned", "unknown", "ambiguous", "confirmed", "repeated", "pack_unknown", "not_article", "joined", "malformed", "no_bin", "not_asked", "same_serial", "awaiting", "dropped", "done", "has_serial", "own_recount", "not_signed"}

// Names returns the names of the flags that are set.
func (f ScanFlag) Names() []string {
	names := []string{}
	for bit, name := range flagNames {
		if f&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Harmless returns a text with its control characters and all that is invisible
// replaced, and no longer than a line.
func Harmless(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != utf8.RuneError {
			return r
		}
		return '·'
	}, text)
	if runes := []rune(text); len(runes) > shownWords {
		return string(runes[:shownWords]) + "…"
	}
	return text
}

// shownWords bounds how much is said about a code.
const shownWords = 300

// shownRaw bounds how much of a read is shown.
const shownRaw = 128

// ShowRaw writes raw bytes as harmless text: control characters as their
// pictures, what is invisible or turns the direction of writing by its number,
// and bytes that are no text in hexadecimal.
func ShowRaw(raw []byte) string {
	var text strings.Builder
	for n := 0; len(raw) > 0; n++ {
		if n == shownRaw {
			text.WriteString("…")
			break
		}
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&text, `\x%02X`, raw[0])
		case r < 0x20:
			text.WriteRune('\u2400' + r)
		case r == 0x7f:
			text.WriteRune('\u2421')
		case r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r):
			text.WriteRune(r)
		default:
			fmt.Fprintf(&text, "<%U>", r)
		}
		raw = raw[size:]
	}
	return text.String()
}
