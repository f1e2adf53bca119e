package local

import (
	"context"
	"io"
)

// Exchange is what an operation that was asked for on the command line can do
// besides answering.
type Exchange struct {
	// Body is the file that the caller sent along; nil if there is none.
	Body io.Reader
	// Tell shows the caller something on the way. An error means that the caller
	// is gone.
	Tell func(v any) error
}

type exchangeKey struct{}

// With returns a context that carries an exchange.
func With(ctx context.Context, x Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// From returns the exchange that an operation runs in. Without one nothing was
// sent along, and nobody is told anything.
func From(ctx context.Context) Exchange {
	x, _ := ctx.Value(exchangeKey{}).(Exchange)
	if x.Tell == nil {
		x.Tell = func(any) error { return ctx.Err() }
	}
	return x
}
