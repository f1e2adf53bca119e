package station

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// longestTaught is longer than any stock code, in bytes.
const longestTaught = 256

// Teach says to which item a barcode belongs that the catalogue does not have, or how
// many are in a pack. The item is named by its id, or Of by a SKU or a barcode too.
type Teach struct {
	Text string       `json:"text"`
	Item agent.ItemID `json:"item,omitempty"`
	Of   string       `json:"of,omitempty"`
	Pack int64        `json:"pack"`
}

// Teaching is the answer to Teach: what is known now, and what that means for scans
// that were made before.
type Teaching struct {
	Text string       `json:"text"`
	Item agent.ItemID `json:"item"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
	Pack int64        `json:"pack"`
	// Known is true if all this was known before, so that nothing was added to it.
	Known    bool     `json:"known,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Backward
}

// teach stores what a barcode is, and counts the scans of it that were only kept.
// Teaching the same once more is harmless: it counts what is left.
func (s *Station) teach(ctx context.Context, c command, a Teach) (Teaching, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return Teaching{}, err
	}
	a.Text = strings.TrimSpace(a.Text)
	if err := a.check(); err != nil {
		return Teaching{}, err
	}
	if err := s.nameItem(ctx, &a); err != nil {
		return Teaching{}, err
	}
	known, err := s.gather(ctx, a.Text, a.Item)
	if err != nil {
		return Teaching{}, err
	}
	var t Teaching
	first, err := s.record(ctx, c, &t, func(v agent.View) (agent.Facts, error) {
		facts := s.facts(c)
		lesson, err := s.lesson(v, a, known)
		if err != nil {
			return facts, err
		}
		t = lesson.answer
		if !t.Known {
			facts.Events = []agent.Event{agent.NewEvent(agent.BarcodeTaught, lesson.fact)}
		}
		facts.Scans, t.Backward, err = s.countBack(v, c, lesson)
		facts.Result = t
		return facts, err
	})
	t.number(first)
	return t, err
}

func (a Teach) check() error {
	switch {
	case a.Text == "":
		return refuse("no_text", "It is not said which barcode is meant.", "Scan it, or choose it from the list of unknown barcodes.")
	case len(a.Text) > longestTaught:
		return refuse("too_long", fmt.Sprintf("A barcode of %d characters can not be taught.", len(a.Text)), "Scan one barcode at a time.")
	case a.Pack < 1 || a.Pack > MaxQuantity:
		return refuse("bad_pack", fmt.Sprintf("A pack holds between 1 and %d units, not %d.", MaxQuantity, a.Pack),
			"Type how many units one scan of the barcode stands for: 1 for a single piece, 12 for a case of 12.")
	case a.Item == "" && strings.TrimSpace(a.Of) == "":
		return refuse("no_item", "It is not said which item the barcode belongs to.", "Scan the item, or choose it from the list.")
	}
	return nil
}

// nameItem finds the item that was named otherwise than by its id, before anything is
// written: a catalogue may be long.
func (s *Station) nameItem(ctx context.Context, a *Teach) error {
	if a.Item != "" {
		return nil
	}
	return s.store.Read(ctx, func(v agent.View) error {
		n := names{view: v, rules: s.opts.Barcodes}
		found, ok, err := n.any(strings.TrimSpace(a.Of))
		if err != nil || ok {
			a.Item = found.item.ID
			return err
		}
		do := "Name it by its SKU, a barcode or its id."
		if near := n.similar(a.Of); near != "" {
			do = "Did you mean " + quote(near) + "?"
		}
		return &agent.Error{Code: "no_item", Class: agent.Missing, What: "No item is " + quote(a.Of) + ".", Means: "Nothing was changed.", Do: do}
	})
}

// withTaught puts the item in front to which a text was taught to belong.
func (s *Station) withTaught(v agent.View, text string, found []FoundItem) ([]FoundItem, error) {
	matches, _, err := find(v, s.opts.Barcodes.Parse([]byte(text)))
	if err != nil || len(matches) != 1 || slices.ContainsFunc(found, func(f FoundItem) bool { return f.Item == matches[0].Item }) {
		return found, err
	}
	item, _, err := v.Item(matches[0].Item)
	return slices.Insert(found, 0, FoundItem{Item: item.ID, SKU: item.SKU, Name: item.Name, Bins: item.Bins}), err
}

// lesson is what was taught, worked out.
type lesson struct {
	fact   agent.TaughtFact
	code   barcode.Code
	item   agent.Item
	answer Teaching
	known  *gathered
}

// lesson works out what teaching something means. It refuses what is no barcode of an
// article, and what is known to be something else.
func (s *Station) lesson(v agent.View, a Teach, known *gathered) (*lesson, error) {
	if err := known.update(v); err != nil {
		return nil, err
	}
	l := &lesson{known: known, code: s.opts.Barcodes.Parse([]byte(a.Text))}
	if n := len(known.notes); n > 0 {
		l.code = known.notes[n-1].Code // as it was read, with what the scanner said of it
	}
	if err := s.teachable(v, l.code, a.Text); err != nil {
		return nil, err
	}
	id, err := s.oneItem(v, a.Item, "")
	if err != nil {
		return nil, err
	}
	if l.item, _, err = v.Item(id); err != nil {
		return nil, err
	}
	l.fact = agent.TaughtFact{Text: l.code.Common(), Key: l.code.Key, OtherKey: l.code.OtherKey, Item: id, Pack: a.Pack}
	l.answer = Teaching{Text: l.fact.Text, Item: id, SKU: l.item.SKU, Name: l.item.Name, Pack: a.Pack}
	if err := s.compareKnown(v, l); err != nil {
		return nil, err
	}
	return l, s.fits(v, l)
}

// teachable refuses what can not be the barcode of one item.
func (s *Station) teachable(v agent.View, code barcode.Code, text string) error {
	_, isPlace, err := placeOf(v, code)
	switch {
	case err != nil:
		return err
	case isPlace:
		return refuse("bin_label", quote(text)+" is the label of a bin.", "Scan the barcode on the goods.")
	case code.Kind == barcode.Joined:
		return refuse("two_codes", quote(text)+" is two barcodes that came as one scan.", "Scan each of them by itself, and teach the one that is not known.")
	case !code.Kind.IsArticle() || code.Key == "":
		return refuse("not_article", quote(text)+" is no barcode of an article: "+agent.Harmless(code.Describe(0))+".", "Scan the barcode on the goods.")
	}
	return nil
}

// compareKnown looks what the barcode is without being taught.
func (s *Station) compareKnown(v agent.View, l *lesson) error {
	m, err := s.understand(v, l.code)
	if err != nil {
		return err
	}
	mine := m.match.Item == l.fact.Item
	taught, isTaught, err := v.TaughtAs(l.fact.Text)
	switch {
	case err != nil:
		return err
	case m.heard == Several:
		return refuse("ambiguous_barcode", "Several items of the catalogue have the barcode "+quote(l.fact.Text)+".",
			"Correct it in the catalogue: only there can be said whose it is.")
	case m.heard == Counted && mine && m.match.Pack == l.fact.Pack:
		l.answer.Known = true
		return nil
	case isTaught:
		return s.taughtOtherwise(v, taught)
	case m.heard == Counted, m.heard == NoPack && m.flags&agent.Unknown == 0 && !mine:
		return clash("barcode_known", fmt.Sprintf("The catalogue has the barcode %s for %s (%s).", quote(l.fact.Text), m.match.Name, packWords(m.match.Pack)),
			"If that is wrong, correct it in the catalogue.")
	case m.heard == NoPack && !mine:
		l.answer.Warnings = append(l.answer.Warnings, fmt.Sprintf("By its number this is a case of %s. It was taught as something else.", m.match.Name))
	}
	if l.code.BadCheckDigit {
		l.answer.Warnings = append(l.answer.Warnings, "Its check digit is wrong. If it was misread, forget it again.")
	}
	return nil
}

// taughtOtherwise refuses to teach anew what was taught as something else, since
// counts may have been counted by that.
func (s *Station) taughtOtherwise(v agent.View, t agent.Taught) error {
	name := string(t.Item)
	item, found, err := v.Item(t.Item)
	if err != nil {
		return err
	}
	if found {
		name = item.Name
	}
	return clash("taught_before", fmt.Sprintf("The barcode %s was taught before, by %s: %s of %s.", quote(t.Text), t.By.ID, packWords(t.Pack), name),
		"If that is wrong, forget it first, then teach it again.")
}

// fits refuses a pack where a code says by itself how much it stands for, and what
// was said can not be brought together.
func (s *Station) fits(v agent.View, l *lesson) error {
	m, err := s.understand(taughtAlso{v, l.fact}, l.code)
	if err == nil && m.heard != Counted {
		err = refuse("pack_varies", fmt.Sprintf("How much the barcode %s stands for is in the barcode itself, and differs from one to the next.", quote(l.fact.Text)),
			"Type the quantity in the count instead.")
	}
	return err
}

// packWords says what a pack is.
func packWords(pack int64) string {
	if pack == 1 {
		return "a single piece"
	}
	return fmt.Sprintf("a pack of %d", pack)
}

// taughtAlso is a view in which one more barcode is taught.
type taughtAlso struct {
	agent.View
	fact agent.TaughtFact
}

func (v taughtAlso) TaughtAs(key string) (agent.Taught, bool, error) {
	if key != "" && (key == v.fact.Key || key == v.fact.OtherKey || key == v.fact.Text) {
		return agent.Taught{TaughtFact: v.fact}, true, nil
	}
	return v.View.TaughtAs(key)
}
