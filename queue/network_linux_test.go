package queue

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestNetworkFileSystemsAreRefused(t *testing.T) {
	path := tempPath(t)
	var here unix.Statfs_t
	if err := unix.Statfs(t.TempDir(), &here); err != nil {
		t.Fatal(err)
	}
	kind := uint32(here.Type)
	before, was := networks[kind]
	defer func() {
		delete(networks, kind)
		if was {
			networks[kind] = before
		}
	}()
	networks[kind] = "NFS" // this disk plays a network
	_, err := Open(t.Context(), path, Options{AllowFUSE: true})
	refusedAs(t, err, "folder-network", "NFS")
	networks[kind] = fuse
	_, err = Open(t.Context(), path, Options{})
	refusedAs(t, err, "folder-network", "FUSE")
	openAt(t, path) // which allows it
}
