//go:build race

package csvfile_test

// The race detector makes reading thirty times slower and has one goroutine to watch.
const manyLines = 50_000
