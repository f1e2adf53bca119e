//go:build !race

package csvfile_test

const manyLines = 1_000_000
