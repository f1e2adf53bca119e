package losefs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mounted is a drive that other processes can use.
type Mounted struct {
	server *fuse.Server
	folder string
}

// Mount shows the drive at an existing folder. The process that mounts must
// not use the folder itself: a page fault on a mapped file would wait for this
// process, which could not answer.
func Mount(d *Drive, folder string) (*Mounted, error) {
	server, err := fs.Mount(folder, &inode{drive: d, node: d.root}, &fs.Options{
		MountOptions: fuse.MountOptions{
			FsName:      "losefs",
			Name:        "losefs",
			DirectMount: true, // as root without the helper program fusermount
		},
		NullPermissions: true,
	})
	if err != nil {
		return nil, fmt.Errorf("mount a FUSE file system on %s: %w", folder, err)
	}
	return &Mounted{server, folder}, nil
}

// Unmount takes the drive away, also from processes that still have files
// open.
func (m *Mounted) Unmount() error {
	err := m.server.Unmount()
	if err != nil {
		// Somebody is still there; let go of the name at once and of the rest
		// when they are gone.
		err = syscall.Unmount(m.folder, syscall.MNT_DETACH)
	}
	if err != nil {
		return fmt.Errorf("unmount %s: %w", m.folder, err)
	}
	m.server.Wait()
	return nil
}

// inode is a node of the drive as FUSE knows it. It has no state of its own,
// and no handle on an open file either.
type inode struct {
	fs.Inode
	drive *Drive
	node  *node
}

var (
	_ fs.NodeLookuper  = (*inode)(nil)
	_ fs.NodeCreater   = (*inode)(nil)
	_ fs.NodeMkdirer   = (*inode)(nil)
	_ fs.NodeUnlinker  = (*inode)(nil)
	_ fs.NodeRmdirer   = (*inode)(nil)
	_ fs.NodeRenamer   = (*inode)(nil)
	_ fs.NodeReaddirer = (*inode)(nil)
	_ fs.NodeOpener    = (*inode)(nil)
	_ fs.NodeReader    = (*inode)(nil)
	_ fs.NodeWriter    = (*inode)(nil)
	_ fs.NodeFsyncer   = (*inode)(nil)
	_ fs.NodeGetattrer = (*inode)(nil)
	_ fs.NodeSetattrer = (*inode)(nil)
	_ fs.NodeStatfser  = (*inode)(nil)
)

func (i *inode) child(ctx context.Context, n *node, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	errno := i.describe(n, &out.Attr)
	return i.NewInode(ctx, &inode{drive: i.drive, node: n}, fs.StableAttr{Mode: kind(n), Ino: n.id}), errno
}

func kind(n *node) uint32 {
	if n.dir {
		return syscall.S_IFDIR
	}
	return syscall.S_IFREG
}

func (i *inode) describe(n *node, out *fuse.Attr) syscall.Errno {
	size, errno := i.drive.size(n)
	out.Size, out.Blocks = size, (size+SectorSize-1)/SectorSize
	out.Mode = kind(n) | 0o700
	out.Nlink = 1
	return errno
}

func (i *inode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n, errno := i.drive.lookup(i.node, name)
	if errno != 0 {
		return nil, errno
	}
	return i.child(ctx, n, out)
}

func (i *inode) Create(ctx context.Context, name string, _, _ uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	n, errno := i.drive.create(i.node, name, false)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	made, errno := i.child(ctx, n, out)
	return made, nil, 0, errno
}

func (i *inode) Mkdir(ctx context.Context, name string, _ uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n, errno := i.drive.create(i.node, name, true)
	if errno != 0 {
		return nil, errno
	}
	return i.child(ctx, n, out)
}

func (i *inode) Unlink(_ context.Context, name string) syscall.Errno {
	return i.drive.remove(i.node, name, false)
}

func (i *inode) Rmdir(_ context.Context, name string) syscall.Errno {
	return i.drive.remove(i.node, name, true)
}

func (i *inode) Rename(_ context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	target, ok := to.(*inode)
	if !ok || flags != 0 {
		return syscall.EINVAL
	}
	return i.drive.rename(i.node, name, target.node, newName)
}

func (i *inode) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	names, errno := i.drive.list(i.node)
	if errno != 0 {
		return nil, errno
	}
	var entries []fuse.DirEntry
	for _, name := range slices.Sorted(maps.Keys(names)) {
		entries = append(entries, fuse.DirEntry{Name: name, Ino: names[name].id, Mode: kind(names[name])})
	}
	return fs.NewListDirStream(entries), 0
}

func (i *inode) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, 0
}

func (i *inode) Read(_ context.Context, _ fs.FileHandle, dest []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	n, errno := i.drive.read(i.node, dest, at)
	return fuse.ReadResultData(dest[:n]), errno
}

func (i *inode) Write(_ context.Context, _ fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	if errno := i.drive.write(i.node, data, at); errno != 0 {
		return 0, errno
	}
	return uint32(len(data)), 0
}

func (i *inode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	return i.drive.sync(i.node)
}

func (i *inode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return i.describe(i.node, &out.Attr)
}

// Setattr takes a new length; owners, rights and times play no part here.
func (i *inode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		if errno := i.drive.truncate(i.node, int64(size)); errno != 0 {
			return errno
		}
	}
	return i.describe(i.node, &out.Attr)
}

// Statfs claims a drive with room: an empty one would make programs refuse to
// write.
func (i *inode) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks, out.Bfree, out.Bavail = 16<<20, 15<<20, 15<<20
	return 0
}
