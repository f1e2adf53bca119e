package csvfile

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// adopt enters adjustment files into the ledger that wait to be taken and are not in
// it: those of an agent before us, or of this one before its data was lost. The levels
// do not contain them, whoever wrote them.
func (f *folder) adopt() error {
	entries, err := os.ReadDir(f.path(outFolder))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		key, ours := strings.CutPrefix(e.Name(), "adjustments-")
		key, file := strings.CutSuffix(key, ".csv")
		if !ours || !file || !keyForm.MatchString(key) || f.ledger.pending[key] != nil {
			continue
		}
		if known, err := f.ledger.has(key); known || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if err := f.enter(key); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// enter makes the entry of a file that is there.
func (f *folder) enter(key string) error {
	path := f.path(outFolder, fileName(key))
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	items, err := adjusted(path)
	if err != nil || len(items) == 0 {
		return err
	}
	return f.ledger.put(&handed{Key: key, Items: items, Written: info.ModTime().UTC()}, f.sync)
}

// adjusted returns the items of an adjustment file; none where it is no such file.
func adjusted(path string) ([]agent.ItemID, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t := newTable(file)
	if err := t.start(); err != nil {
		return nil, endless(err)
	}
	header, err := t.next()
	at := slices.Index(header, "sku")
	if err != nil || at < 0 || !slices.Contains(header, "variance") {
		return nil, endless(err)
	}
	var items []agent.ItemID
	for {
		fields, err := t.next()
		switch {
		case isForm(err):
		case err != nil:
			return items, endless(err)
		case at < len(fields):
			items = append(items, agent.ItemID(Plain(fields[at])))
		}
	}
}

// endless is what went wrong while a file was read to its end.
func endless(err error) error {
	if errors.Is(err, io.EOF) || isForm(err) {
		return nil
	}
	return err
}
