package csvfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// ledger is what we know about the adjustment files that we handed over. The shop
// system takes them away, so the folder alone does not tell.
//
// An entry is on disk before its file gets its name. So a file that has an entry,
// and that is no longer under its temporary name, has been in the folder.
type ledger struct {
	dir     string
	read    bool
	pending map[string]*handed // by key; those that levels may not contain yet
}

// handed is one adjustment file.
type handed struct {
	Key     string         `json:"key"`
	Items   []agent.ItemID `json:"items"`
	Written time.Time      `json:"written"`
	Taken   time.Time      `json:"taken,omitzero"` // when it was gone at the latest
}

// kept is for how long an entry is kept after its file was taken.
const kept = 90 * 24 * time.Hour

func (l *ledger) path(key string) string { return filepath.Join(l.dir, "adjustments-"+key+".json") }

// has reports whether a key has an entry.
func (l *ledger) has(key string) (bool, error) {
	_, err := os.Stat(l.path(key))
	if os.IsNotExist(err) {
		return false, nil
	}
	return err == nil, err
}

// load reads the entries, once, and removes those that nobody will ask for.
func (l *ledger) load(now time.Time) error {
	if l.read {
		return nil
	}
	l.pending = make(map[string]*handed)
	entries, err := os.ReadDir(l.dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, "adjustments-") || !strings.HasSuffix(name, ".json") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(l.dir, name))
		if err != nil {
			return err
		}
		var h handed
		if err := json.Unmarshal(data, &h); err != nil || l.path(h.Key) != filepath.Join(l.dir, name) {
			return fmt.Errorf("%s is damaged: %w", name, errors.Join(err, os.ErrInvalid))
		}
		if !h.Taken.IsZero() && now.Sub(h.Taken) > kept {
			_ = os.Remove(filepath.Join(l.dir, name)) // it is tried again at the next start
			continue
		}
		l.pending[h.Key] = &h
	}
	l.read = true
	return nil
}

// put makes an entry durable.
func (l *ledger) put(h *handed, sync func(string) error) error {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := replaceDurably(l.path(h.Key), data, sync); err != nil {
		return err
	}
	if l.read {
		l.pending[h.Key] = h
	}
	return nil
}

// forget removes an entry durably.
func (l *ledger) forget(key string, sync func(string) error) error {
	if err := os.Remove(l.path(key)); err != nil && !os.IsNotExist(err) {
		return err
	}
	delete(l.pending, key)
	return sync(l.dir)
}

// writeDurably writes a whole file and waits until the disk has it.
func writeDurably(path string, data []byte, rights os.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, rights)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// replaceDurably gives a file of the agent's own data another content: whole, or not
// at all.
func replaceDurably(path string, data []byte, sync func(string) error) error {
	if err := writeDurably(path+".new", data, 0o600); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return sync(filepath.Dir(path))
}

// underWay is what a snapshot may not contain.
type underWay struct {
	over  time.Time                  // of an agent before us: when the folder became ours
	items map[agent.ItemID]time.Time // of ours: when an item's files were taken
}

// allow reports whether a statement about an item certainly contains all adjustments.
func (u underWay) allow(f *folder, id agent.ItemID, stated time.Time) bool {
	taken, adjusted := u.items[id]
	return (!adjusted || f.contains(stated, taken)) && (u.over.IsZero() || f.contains(stated, u.over))
}

// underWay returns the items whose adjustments a snapshot may not contain, and when
// their files were taken; a far future for those that were not.
func (f *folder) underWay(s *snapshot, over time.Time) (underWay, error) {
	u := underWay{over: over, items: make(map[agent.ItemID]time.Time)}
	if err := f.look(); err != nil {
		return u, f.trouble(outFolder, err)
	}
	under := u.items
	for key, h := range f.ledger.pending {
		taken := h.Taken
		if taken.IsZero() {
			taken = never
		}
		if f.contains(s.oldest, taken) {
			delete(f.ledger.pending, key)
			continue
		}
		for _, id := range h.Items {
			if taken.After(under[id]) {
				under[id] = taken
			}
		}
	}
	return u, nil
}

// contains reports whether a statement was made after a file was taken, whatever
// the difference of the clocks.
func (f *folder) contains(stated, taken time.Time) bool { return stated.After(taken.Add(f.unsure)) }

var never = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// look finds out which files were taken since it looked last.
func (f *folder) look() error {
	if err := f.ledger.load(f.clock.Now()); err != nil {
		return err
	}
	if err := f.adopt(); err != nil {
		return err
	}
	for _, h := range f.ledger.pending {
		if !h.Taken.IsZero() {
			continue
		}
		at, err := f.takenAt(h.Key)
		if err != nil {
			return err
		}
		if at.IsZero() {
			continue
		}
		known := *h
		known.Taken = at.UTC()
		if err := f.ledger.put(&known, f.sync); err != nil {
			return err
		}
	}
	return nil
}

// takenAt returns when a file was taken at the latest; zero if it was not. A file
// that is gone was gone when its folder changed last.
func (f *folder) takenAt(key string) (time.Time, error) {
	name := fileName(key)
	_, err := os.Stat(f.path(outFolder, name))
	if err == nil {
		done, err := os.Stat(f.path(outFolder, name+".ok"))
		if os.IsNotExist(err) {
			return time.Time{}, nil
		}
		if err != nil {
			return time.Time{}, err
		}
		return done.ModTime(), nil
	}
	if !os.IsNotExist(err) {
		return time.Time{}, err
	}
	if _, err := os.Stat(f.temporary(key)); err == nil || !os.IsNotExist(err) {
		return time.Time{}, err // it never had its name
	}
	folder, err := os.Stat(f.path(outFolder))
	if os.IsNotExist(err) {
		return f.clock.Now(), nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return folder.ModTime(), nil
}
