//go:build unix

package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// tempPrefix begins the name of a demo's temporary folder.
	tempPrefix = "stockhand-demo-"
	// claimName is the file that the demo, and every agent that it starts, keep
	// locked while they live. The system lets go of it with the last of them, however
	// they end.
	claimName = "demo.lock"
	// claimText is written into it when it is locked.
	claimText = "The folder of a demo. Where its processes were killed, the next demo removes it.\n"
)

// claim marks a temporary folder as that of a demo that lives.
func claim(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, claimName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err == nil {
		_, err = file.WriteString(claimText)
	}
	if err != nil {
		return file, fmt.Errorf("mark the demo's folder: %w", err)
	}
	return file, nil
}

// sweep removes the folders of demos that were killed. What can't be removed is left
// to the next one.
func sweep(temp string) {
	folders, _ := filepath.Glob(filepath.Join(temp, tempPrefix+"*")) // the pattern is a good one
	for _, dir := range folders {
		if file := orphaned(dir); file != nil {
			_ = os.RemoveAll(dir)
			_ = file.Close()
		}
	}
}

// orphaned returns the locked claim of a folder that was certainly a demo's, of which
// no process is left; nil for any other folder.
func orphaned(dir string) *os.File {
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() || !ours(info) {
		return nil
	}
	path := filepath.Join(dir, claimName)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || !ours(info) {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	text := make([]byte, len(claimText)+1)
	n, _ := file.Read(text) // less than all of it is no claim
	if string(text[:n]) != claimText || unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		_ = file.Close()
		return nil
	}
	return file
}

// ours reports whether a file belongs to this user and nobody else may use it.
func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o077 == 0
}
