package losefs

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func mustCreate(t *testing.T, d *Drive, dir *node, name string, folder bool) *node {
	t.Helper()
	n, errno := d.create(dir, name, folder)
	if errno != 0 {
		t.Fatalf("create %s: %v", name, errno)
	}
	return n
}

func mustWrite(t *testing.T, d *Drive, n *node, at int64, text string) {
	t.Helper()
	if errno := d.write(n, []byte(text), at); errno != 0 {
		t.Fatal(errno)
	}
}

// content of a name in the root after a cut; "-" if there is none.
func content(d *Drive, name string) string {
	n, errno := d.lookup(d.root, name)
	if errno != 0 {
		return "-"
	}
	return string(n.data)
}

func TestDropKeepsWhatWasSyncedAndNothingElse(t *testing.T) {
	d := NewDrive()
	both := mustCreate(t, d, d.root, "both", false)
	mustWrite(t, d, both, 0, "first")
	d.sync(both)
	d.sync(d.root)
	mustWrite(t, d, both, 5, "second")
	dataOnly := mustCreate(t, d, d.root, "data only", false)
	mustWrite(t, d, dataOnly, 0, "x")
	d.sync(dataOnly)
	nameOnly := mustCreate(t, d, d.root, "name only", false)
	mustWrite(t, d, nameOnly, 0, "x")
	if got := content(d, "both"); got != "firstsecond" {
		t.Errorf("before the cut a reader sees %q", got)
	}

	next := d.Cut(Drop, newRandom())
	if got := content(next, "both"); got != "first" {
		t.Errorf("both synced: %q, want what was written before the sync", got)
	}
	if got := content(next, "data only"); got != "-" {
		t.Errorf("a file whose folder was not synced is there: %q", got)
	}
	if errno := d.write(both, []byte("x"), 0); errno == 0 {
		t.Error("the old drive took a write after the cut")
	}
}

func TestFolderSyncKeepsNamesNotContent(t *testing.T) {
	d := NewDrive()
	n := mustCreate(t, d, d.root, "new", false)
	mustWrite(t, d, n, 0, "content")
	d.sync(d.root)
	if got := content(d.Cut(Drop, newRandom()), "new"); got != "" {
		t.Errorf("got %q, want the empty file", got)
	}
}

func TestRemovalIsUndoneUnlessSynced(t *testing.T) {
	d := NewDrive()
	n := mustCreate(t, d, d.root, "journal", false)
	mustWrite(t, d, n, 0, "old")
	d.sync(n)
	d.sync(d.root)
	if errno := d.remove(d.root, "journal", false); errno != 0 {
		t.Fatal(errno)
	}
	if got := content(d.Cut(Drop, newRandom()), "journal"); got != "old" {
		t.Errorf("got %q, want the removed file back", got)
	}
}

func TestRenameIsWholeOrNot(t *testing.T) {
	seen := map[string]int{}
	random := newRandom()
	for range 200 {
		d := NewDrive()
		n := mustCreate(t, d, d.root, "new.tmp", false)
		mustWrite(t, d, n, 0, "new")
		d.sync(n)
		d.sync(d.root)
		sub := mustCreate(t, d, d.root, "folder", true)
		d.sync(d.root)
		if errno := d.rename(d.root, "new.tmp", sub, "new"); errno != 0 {
			t.Fatal(errno)
		}
		next := d.Cut(Flip, random)
		folder, errno := next.lookup(next.root, "folder")
		if errno != 0 {
			t.Fatal("a synced folder is gone")
		}
		_, inNew := next.lookup(folder, "new")
		_, inOld := next.lookup(next.root, "new.tmp")
		if (inNew == 0) == (inOld == 0) {
			t.Fatalf("after the cut the file is in both places or in none")
		}
		seen[inNew.Error()]++
	}
	if len(seen) != 2 {
		t.Errorf("200 cuts always ended the same way: %v", seen)
	}
}

// Each sector is the old one or the new one, never a mixture; and all of the
// four ways two sectors can end are met.
func TestFlipTearsBetweenSectors(t *testing.T) {
	old, fresh := bytes.Repeat([]byte("o"), SectorSize), bytes.Repeat([]byte("n"), SectorSize)
	random := newRandom()
	seen := map[string]int{}
	for range 200 {
		d := NewDrive()
		n := mustCreate(t, d, d.root, "page", false)
		mustWrite(t, d, n, 0, string(old)+string(old))
		d.sync(n)
		d.sync(d.root)
		mustWrite(t, d, n, 0, string(fresh)+string(fresh))
		next := d.Cut(Flip, random)
		page, _ := next.lookup(next.root, "page")
		var way string
		for i := 0; i < len(page.data); i += SectorSize {
			sector := page.data[i : i+SectorSize]
			if !bytes.Equal(sector, old) && !bytes.Equal(sector, fresh) {
				t.Fatal("a sector is torn")
			}
			way += string(sector[:1])
		}
		seen[way]++
	}
	if len(seen) != 4 {
		t.Errorf("ways met: %v, want oo, on, no and nn", seen)
	}
}

func TestUnalignedWritesAreSplitAtTheDisksBorders(t *testing.T) {
	w := write{at: SectorSize - 2, bytes: bytes.Repeat([]byte("x"), SectorSize+4)}
	var sizes []int
	var back []byte
	for _, p := range w.sectors() {
		sizes = append(sizes, len(p.bytes))
		back = append(back, p.bytes...)
	}
	if len(sizes) != 3 || sizes[0] != 2 || sizes[1] != SectorSize || sizes[2] != 2 || !bytes.Equal(back, w.bytes) {
		t.Errorf("parts of %v bytes", sizes)
	}
}

func TestShorterAndLongerAgainIsZero(t *testing.T) {
	d := NewDrive()
	n := mustCreate(t, d, d.root, "f", false)
	mustWrite(t, d, n, 0, "secret")
	d.truncate(n, 2)
	mustWrite(t, d, n, 4, "xy")
	if got := content(d, "f"); got != "se\x00\x00xy" {
		t.Errorf("got %q", got)
	}
}
