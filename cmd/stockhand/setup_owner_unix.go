//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// sameOwner gives a folder and what is in it to the owner of another one, so that the
// agent may read what root has set up. Nobody but root can.
func sameOwner(folder, like string) error {
	info, err := os.Stat(like)
	if err != nil || os.Geteuid() != 0 {
		return gone(err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, int(owner.Uid), int(owner.Gid)))
	})
}
