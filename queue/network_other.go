//go:build !linux && !windows

package queue

// networkOf names the network file system that a folder lies on. It is not known
// here how to ask.
func networkOf(string) string { return "" }
