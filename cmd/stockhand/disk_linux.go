package main

import "golang.org/x/sys/unix"

// freeRoom is how much a folder's disk still takes, in bytes.
func freeRoom(folder string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return 0, err
	}
	return st.Bavail * uint64(st.Bsize), nil
}
