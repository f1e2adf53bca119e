package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// ends notes in which order parts end.
type ends struct {
	mu    sync.Mutex
	order []string
}

func (e *ends) part(name string) part {
	return part{name, func(ctx context.Context) error {
		<-ctx.Done()
		e.mu.Lock()
		defer e.mu.Unlock()
		e.order = append(e.order, name)
		return ctx.Err()
	}}
}

func TestPartsEndOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ends
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- runAll(ctx, []part{e.part("scanners"), e.part("page"), e.part("queue")}) }()
		synctest.Wait()
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if want := []string{"scanners", "page", "queue"}; !slices.Equal(e.order, want) {
			t.Fatalf("they ended in the order %v", e.order)
		}
	})
}

func TestAPartThatFailsEndsTheOthersAndIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, reason := range []error{errors.New("the disk is gone"), nil} {
			var e ends
			failing := part{"housekeeping", func(context.Context) error { return reason }}
			err := runAll(t.Context(), []part{e.part("scanners"), failing, e.part("queue")})
			if err == nil || !strings.HasPrefix(err.Error(), "housekeeping: ") || reason != nil && !errors.Is(err, reason) {
				t.Fatalf("got %v", err)
			}
			if want := []string{"scanners", "queue"}; !slices.Equal(e.order, want) {
				t.Fatalf("they ended in the order %v", e.order)
			}
		}
	})
}

func TestWhatGoesWrongInEndingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		bad := part{"page", func(ctx context.Context) error { <-ctx.Done(); return errors.New("a page hangs") }}
		if err := runAll(ctx, []part{bad}); err == nil || err.Error() != "page: a page hangs" {
			t.Fatalf("got %v", err)
		}
	})
}
