//go:build !linux

package queue

import "os"

func dataSync(f *os.File) error { return f.Sync() }
