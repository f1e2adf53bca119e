package losefs

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
)

// SectorSize is the unit in which an honest disk writes whole or not at all.
const SectorSize = 512

// Mode is what a cut does to writes that were not synced.
type Mode int

// Drop loses all of them. Flip keeps each sector of each write, each change of
// a length, and a beginning of the changes of names by the toss of a coin: so
// pages are torn and writes arrive in another order than they were made.
const (
	Drop Mode = iota
	Flip
)

// Drive is one life of a disk, from power on to power cut. Its methods may be
// called from several goroutines; after Cut all of them return EIO.
type Drive struct {
	mu    sync.Mutex
	dead  bool
	last  uint64 // the highest node number given out
	root  *node
	names [][]link // changes of names since the last sync of a folder
	syncs int
}

// node is a file or a folder, in the version seen and in the version that is
// stable. Names are the drive's: a folder's own maps, and the log of changes.
type node struct {
	id  uint64
	dir bool

	data, stableData []byte
	writes           []write // since the last sync of this file

	names, stableNames map[string]*node
}

// write is a change of a file. With nil bytes it sets the file's length.
type write struct {
	at    int64
	bytes []byte
}

// link is one name of one folder coming to mean a node, or nothing.
type link struct {
	dir  *node
	name string
	to   *node
}

// NewDrive returns an empty drive.
func NewDrive() *Drive {
	d := &Drive{}
	d.root = d.newNode(true)
	return d
}

func (d *Drive) newNode(dir bool) *node {
	d.last++
	n := &node{id: d.last, dir: dir}
	if dir {
		n.names, n.stableNames = map[string]*node{}, map[string]*node{}
	}
	return n
}

// do runs one operation, unless the power is gone.
func (d *Drive) do(op func() syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return syscall.EIO
	}
	return op()
}

func (d *Drive) lookup(dir *node, name string) (found *node, errno syscall.Errno) {
	errno = d.do(func() syscall.Errno {
		found = dir.names[name]
		if found == nil {
			return syscall.ENOENT
		}
		return 0
	})
	return found, errno
}

func (d *Drive) create(dir *node, name string, folder bool) (made *node, errno syscall.Errno) {
	errno = d.do(func() syscall.Errno {
		if dir.names[name] != nil {
			return syscall.EEXIST
		}
		made = d.newNode(folder)
		d.change(link{dir, name, made})
		return 0
	})
	return made, errno
}

func (d *Drive) remove(dir *node, name string, folder bool) syscall.Errno {
	return d.do(func() syscall.Errno {
		n := dir.names[name]
		switch {
		case n == nil:
			return syscall.ENOENT
		case n.dir != folder:
			return syscall.EISDIR
		case len(n.names) != 0:
			return syscall.ENOTEMPTY
		}
		d.change(link{dir, name, nil})
		return 0
	})
}

func (d *Drive) rename(from *node, name string, to *node, newName string) syscall.Errno {
	return d.do(func() syscall.Errno {
		n := from.names[name]
		if n == nil {
			return syscall.ENOENT
		}
		d.change(link{from, name, nil}, link{to, newName, n})
		return 0
	})
}

// change makes links that belong together: after a cut all of them are there,
// or none.
func (d *Drive) change(links ...link) {
	for _, l := range links {
		set(l.dir.names, l)
	}
	d.names = append(d.names, links)
}

func set(names map[string]*node, l link) {
	if l.to == nil {
		delete(names, l.name)
	} else {
		names[l.name] = l.to
	}
}

func (d *Drive) list(dir *node) (names map[string]*node, errno syscall.Errno) {
	errno = d.do(func() syscall.Errno {
		names = maps.Clone(dir.names)
		return 0
	})
	return names, errno
}

func (d *Drive) size(n *node) (size uint64, errno syscall.Errno) {
	errno = d.do(func() syscall.Errno {
		size = uint64(len(n.data))
		return 0
	})
	return size, errno
}

func (d *Drive) read(n *node, dest []byte, at int64) (got int, errno syscall.Errno) {
	errno = d.do(func() syscall.Errno {
		if at < int64(len(n.data)) {
			got = copy(dest, n.data[at:])
		}
		return 0
	})
	return got, errno
}

func (d *Drive) write(n *node, bytes []byte, at int64) syscall.Errno {
	return d.do(func() syscall.Errno {
		w := write{at, slices.Clone(bytes)}
		n.data = w.apply(n.data)
		n.writes = append(n.writes, w)
		return 0
	})
}

func (d *Drive) truncate(n *node, size int64) syscall.Errno {
	return d.do(func() syscall.Errno {
		w := write{at: size}
		n.data = w.apply(n.data)
		n.writes = append(n.writes, w)
		return 0
	})
}

// sync makes a file's content stable or, as the journal of a file system does
// for any folder, every change of a name so far.
func (d *Drive) sync(n *node) syscall.Errno {
	return d.do(func() syscall.Errno {
		d.syncs++
		if n.dir {
			d.settleNames(len(d.names))
			return 0
		}
		for _, w := range n.writes {
			n.stableData = w.apply(n.stableData)
		}
		n.writes = nil
		return 0
	})
}

func (d *Drive) settleNames(count int) {
	for _, links := range d.names[:count] {
		for _, l := range links {
			set(l.dir.stableNames, l)
		}
	}
	d.names = d.names[count:]
}

// apply returns data with the change made; a gap is filled with zeros.
func (w write) apply(data []byte) []byte {
	end := w.at + int64(len(w.bytes))
	if grow := end - int64(len(data)); grow > 0 {
		data = append(data, make([]byte, grow)...)
	}
	if w.bytes == nil {
		return data[:w.at]
	}
	copy(data[w.at:], w.bytes)
	return data
}

// sectors splits a write at the disk's own borders.
func (w write) sectors() []write {
	if w.bytes == nil {
		return []write{w}
	}
	var parts []write
	for rest := w; len(rest.bytes) > 0; {
		n := min(int(SectorSize-rest.at%SectorSize), len(rest.bytes))
		parts = append(parts, write{rest.at, rest.bytes[:n]})
		rest = write{rest.at + int64(n), rest.bytes[n:]}
	}
	return parts
}

// Syncs tells how often a program has synced, files and folders together.
func (d *Drive) Syncs() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// Cut takes the power away and returns the drive as the machine finds it when
// the power is back. What was acknowledged before Cut began is on it if it was
// synced; random decides what else is.
func (d *Drive) Cut(mode Mode, random *rand.Rand) *Drive {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	if mode == Flip {
		d.settleNames(random.IntN(len(d.names) + 1))
	}
	next := NewDrive()
	next.copyFolder(next.root, d.root, &survivors{mode, random, map[*node]*node{}})
	return next
}

// survivors carries nodes from one life to the next, each once, whatever
// number of names it has.
type survivors struct {
	mode   Mode
	random *rand.Rand
	made   map[*node]*node
}

func (d *Drive) copyFolder(to, from *node, s *survivors) {
	for _, name := range slices.Sorted(maps.Keys(from.stableNames)) {
		old := from.stableNames[name]
		n := s.made[old]
		if n == nil {
			n = d.newNode(old.dir)
			s.made[old] = n
			if old.dir {
				d.copyFolder(n, old, s)
			} else {
				n.stableData = s.content(old)
				n.data = slices.Clone(n.stableData)
			}
		}
		to.names[name], to.stableNames[name] = n, n
	}
}

func (s *survivors) content(n *node) []byte {
	data := slices.Clone(n.stableData)
	if s.mode == Drop {
		return data
	}
	for _, w := range n.writes {
		for _, part := range w.sectors() {
			if s.random.IntN(2) == 0 {
				data = part.apply(data)
			}
		}
	}
	return data
}
