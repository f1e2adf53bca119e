package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// part is something that works until its context ends.
type part struct {
	name string
	run  func(context.Context) error
}

// runAll runs all parts until ctx ends or one of them does. Then it ends them one
// after the other, each when the one before has ended. The error is that of the
// part which ended by itself, or what went wrong in ending.
func runAll(ctx context.Context, parts []part) error {
	ended := make(chan struct{})
	var once sync.Once
	var failed error
	lives := make([]func() error, len(parts))
	for i, p := range parts {
		lives[i] = begin(ctx, p, func(err error) {
			once.Do(func() { failed = err; close(ended) })
		})
	}
	select {
	case <-ctx.Done():
	case <-ended:
	}
	var errs []error
	for _, end := range lives {
		errs = append(errs, end())
	}
	select {
	case <-ended:
		if ctx.Err() == nil && failed != nil {
			return failed
		}
	default:
	}
	return errors.Join(errs...)
}

// begin starts a part and returns what ends it and waits for it. A part that ends
// before it was asked to tells so.
func begin(ctx context.Context, p part, early func(error)) (end func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() {
		err := p.run(ctx)
		if ctx.Err() == nil {
			if err == nil {
				err = errors.New("it ended by itself")
			}
			early(fmt.Errorf("%s: %w", p.name, err))
		}
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		done <- err
	}()
	return func() error {
		cancel()
		if err := <-done; err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		return nil
	}
}
