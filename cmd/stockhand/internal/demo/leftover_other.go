//go:build !unix

package demo

import "os"

// tempPrefix begins the name of a demo's temporary folder.
const tempPrefix = "stockhand-demo-"

// claim and sweep have no meaning where no scanner can be simulated.
func claim(string) (*os.File, error) { return nil, nil }

func sweep(string) {}
