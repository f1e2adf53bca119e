package station

import (
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// maxGrams bounds what one label can weigh: a tonne.
const maxGrams = 1_000_000

// find returns the items that a code leads to, and the code with the one of its keys
// that is meant. What was taught counts only where the catalogue has nothing: the
// catalogue is the shop's own word, and somebody answers for it there.
func find(v agent.View, code barcode.Code) ([]agent.Match, barcode.Code, error) {
	matches, code, err := catalogued(v, code)
	if err != nil || len(matches) > 0 {
		return matches, code, err
	}
	taught, item, found, err := taughtCode(v, code)
	if err != nil || !found {
		return nil, code, err
	}
	if taught.Key != code.Key && taught.Key == code.OtherKey {
		code = code.Meaning(code.OtherKey)
	}
	return []agent.Match{{Item: item.ID, SKU: item.SKU, Name: item.Name, Pack: taught.Pack}}, code, nil
}

// taughtCode returns what was taught of a code, with its item. An item that is not in
// the catalogue any more is as if nothing had been taught.
func taughtCode(v agent.View, code barcode.Code) (agent.Taught, agent.Item, bool, error) {
	for _, key := range []string{code.Key, code.OtherKey, code.Text} {
		taught, found, err := v.TaughtAs(key)
		if err != nil {
			return taught, agent.Item{}, false, err
		}
		if found {
			item, stocked, err := v.Item(taught.Item)
			return taught, item, stocked, err
		}
	}
	return agent.Taught{}, agent.Item{}, false, nil
}

// catalogued returns the items that the catalogue has for a code. Where both of its
// readings are known all items are returned: a person has to choose. The text as it is
// comes last, for catalogues that hold something else than numbers.
func catalogued(v agent.View, code barcode.Code) ([]agent.Match, barcode.Code, error) {
	matches, err := v.Lookup(code.Key)
	if err != nil {
		return nil, code, err
	}
	if code.OtherKey != "" {
		others, err := v.Lookup(code.OtherKey)
		if err != nil {
			return nil, code, err
		}
		if len(matches) == 0 && len(others) > 0 {
			code = code.Meaning(code.OtherKey)
		}
		for _, m := range others {
			if !slices.Contains(matches, m) {
				matches = append(matches, m)
			}
		}
	}
	if len(matches) == 0 && code.Text != code.Key && code.Text != code.OtherKey {
		matches, err = v.Lookup(code.Text)
	}
	return matches, code, err
}

// meant is what a code stands for.
type meant struct {
	heard Heard // Counted where everything is known
	flags agent.ScanFlag
	code  barcode.Code // with the key that is meant
	match agent.Match  // the item, also where its quantity is not known
	units int64        // base units of it
}

// understand looks up what a code stands for: which item, and how much of it. What
// is not certain is not guessed.
func (s *Station) understand(v agent.View, code barcode.Code) (meant, error) {
	m := meant{code: code}
	matches, code, err := find(v, code)
	if err != nil {
		return m, err
	}
	m.code = code
	switch {
	case len(matches) == 0:
		m.heard, m.flags = NotKnown, agent.Unknown
		return m, s.caseOf(v, &m)
	case len(matches) > 1:
		m.heard, m.flags = Several, agent.Ambiguous
		return m, nil
	}
	m.match = matches[0]
	sure, err := s.units(v, &m)
	if err != nil {
		return m, err
	}
	m.heard = Counted
	if !sure {
		m.heard, m.flags = NoPack, agent.PackUnknown
	}
	return m, nil
}

// caseOf looks whether an unknown code is a case of a known item. How many there
// are in it is not known, so that it can't be counted.
func (s *Station) caseOf(v agent.View, m *meant) error {
	each, ok := barcode.EachOf(m.code.Key)
	if !ok {
		return nil
	}
	matches, _, err := find(v, barcode.Code{Text: each, Key: each})
	if err == nil && len(matches) == 1 {
		m.heard, m.match = NoPack, matches[0]
		m.flags |= agent.PackUnknown
	}
	return err
}

// units works out for how many base units of its item a code stands. It is false
// where that is not certain.
func (s *Station) units(v agent.View, m *meant) (sure bool, err error) {
	amount := m.code.Amount
	inside := amount.Of == barcode.Pieces && m.code.Kind != barcode.Article && m.code.Elements().Get("01") == ""
	if amount.Of != barcode.Pieces || inside {
		if vague, err := isVagueCase(v, m); err != nil || vague {
			return false, err
		}
	}
	pack := m.match.Pack
	m.units = pack
	switch amount.Of {
	case barcode.Part:
		return false, nil
	case barcode.Kilogram:
		if !s.opts.WeightInGrams {
			return true, nil
		}
		grams, whole := amount.Grams()
		m.units = grams
		return whole && grams > 0 && grams <= maxGrams && pack == 1, nil
	case barcode.Pieces:
		if pack == amount.Value && !inside {
			return true, nil // both say the same
		}
		if amount.Value <= 0 || amount.Value > MaxQuantity || pack > MaxQuantity || pack > 1 && !inside {
			return false, nil
		}
		m.units = pack * amount.Value
		return m.units <= MaxQuantity, nil
	}
	return true, nil
}

// isVagueCase reports whether a code is the number of a case that the catalogue
// gives no pack, although it knows the number of what is in it: a catalogue that
// knows no packs has 1 for everything. If its pack was taught that is the match's.
func isVagueCase(v agent.View, m *meant) (bool, error) {
	each, ok := barcode.EachOf(m.code.Key)
	if !ok || m.match.Pack != 1 {
		return false, nil
	}
	matches, err := v.Lookup(each)
	if err != nil || !slices.ContainsFunc(matches, func(e agent.Match) bool { return e.Item == m.match.Item }) {
		return false, err
	}
	taught, _, found, err := taughtCode(v, m.code)
	if found = found && taught.Item == m.match.Item; found {
		m.match.Pack = taught.Pack
	}
	return !found, err
}

// halves stores the two numbers that ran together in one read as two scans, if
// both count. Otherwise the read is kept as one that no item has.
func (s *Station) halves(v agent.View, in Ingested, pass agent.Pass, code barcode.Code) (Ingested, error) {
	var both [2]Ingested
	first, second, _ := barcode.Halves(code.Text)
	for i, half := range [...]string{first, second} {
		one := in
		one.Scan.Code = s.opts.Barcodes.Parse([]byte(half))
		var err error
		if both[i], err = s.item(v, one, pass, one.Scan.Code); err != nil {
			return in, err
		}
	}
	if both[0].Heard != Counted || both[1].Heard != Counted {
		in.Heard = NotKnown
		in.Scan.Flags |= agent.Unknown
		return in, nil
	}
	both[0].More = []agent.Scan{both[1].Scan}
	return both[0], nil
}

// oneItem finds the one item that is meant by an id or a barcode.
func (s *Station) oneItem(v agent.View, id agent.ItemID, text string) (agent.ItemID, error) {
	if id != "" {
		_, found, err := v.Item(id)
		if err == nil && !found {
			err = missing("no_item", "There is no item "+quote(string(id))+" in the catalogue.")
		}
		return id, err
	}
	matches, _, err := find(v, s.opts.Barcodes.Parse([]byte(text)))
	switch {
	case err != nil:
		return "", err
	case len(matches) == 0:
		return "", missing("unknown_barcode", "No item has the barcode "+quote(text)+".")
	case len(matches) > 1:
		return "", refuse("ambiguous_barcode", fmt.Sprintf("%d items have the barcode %s.", len(matches), quote(text)),
			"Choose the item from the list instead.")
	}
	return matches[0].Item, nil
}
