package main

import "golang.org/x/sys/windows"

// freeRoom is how much a folder's disk still takes, in bytes.
func freeRoom(folder string) (free uint64, err error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err == nil {
		err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	}
	return free, err
}
