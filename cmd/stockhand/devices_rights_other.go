//go:build !linux

package main

const keyboardWords = "Here only the\n                page reads it, while it has the focus"

// systemRights says which rights to devices are missing. Here none need to be given.
func systemRights() []string { return nil }
