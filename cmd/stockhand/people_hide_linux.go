package main

import (
	"os"

	"golang.org/x/sys/unix"
)

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// hideTyping keeps what is typed from being shown until show is called.
func hideTyping(f *os.File) (show func(), err error) {
	before, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		return nil, err
	}
	quiet := *before
	quiet.Lflag &^= unix.ECHO
	err = unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, &quiet)
	return func() { _ = unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, before) }, err
}
