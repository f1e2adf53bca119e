// Package replay is a scanner without a scanner: it plays scans from a file or
// from a generator, for demos, training, tests and support.
package replay
