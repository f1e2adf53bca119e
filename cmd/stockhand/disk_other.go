//go:build !linux && !windows

package main

import "errors"

// freeRoom is not known here.
func freeRoom(string) (uint64, error) { return 0, errors.New("not on this system") }
