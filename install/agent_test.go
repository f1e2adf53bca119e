package install

import (
	"context"
	"errors"
)

// testAgent is an agent of a kind: "obeys", "hangs" on a stop, "fails" at the
// start, "returns" after it, or is "sick".
func testAgent(kind string) Agent {
	a := Agent{Serve: func(ctx context.Context, ready func(string)) error {
		if kind == "fails" {
			return errors.New("the queue is locked")
		}
		ready("listening\nREADY=0")
		switch kind {
		case "returns":
			return nil
		case "hangs":
			select {}
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	if kind == "sick" {
		a.Alive = func(context.Context) error { return errors.New("the disk is gone") }
	}
	return a
}
