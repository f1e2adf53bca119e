//go:build !unix

package main

// sameOwner does nothing: the rights of the folder protect what is in it.
func sameOwner(string, string) error { return nil }
