package main

import (
	"context"
	"io"
)

// untilEOF returns a context that ends with an input. Whoever starts this program
// and holds the other end of the pipe need not end properly for this one to notice:
// the system closes the pipe then, on every system.
//
// The goroutine can't be waited for, since nothing ends a read of a pipe that stays
// open. It ends with the program.
func untilEOF(ctx context.Context, input io.Reader) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, input)
	}()
	return ctx, cancel
}
