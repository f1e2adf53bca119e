//go:build !unix

package main

// ownedLike does nothing: the rights of the folder protect what is in it.
func ownedLike(string, string) error { return nil }
