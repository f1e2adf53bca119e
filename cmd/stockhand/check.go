package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// checkAfter is when the whole database is checked after a start. The start itself
// looks at the newest part only, to be quick.
const checkAfter = time.Minute

// checkDatabase checks every row once, beside the work, and says what it finds.
func (w *works) checkDatabase(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(checkAfter):
	}
	w.checkNow(ctx)
	<-ctx.Done()
	return ctx.Err()
}

// checkNow checks every row. What it finds is shown until somebody knows of it.
func (w *works) checkNow(ctx context.Context) {
	report, err := w.queue.Verify(ctx)
	if err != nil && ctx.Err() == nil {
		w.log.Error("the database could not be checked", "code", agent.AsError(err).Code, "error", err)
	}
	for _, f := range report.Findings {
		w.log.Error(f.What, "code", "database-"+f.Code, "means", f.Means, "do", f.Do)
	}
	if len(report.Findings) > 0 {
		f := report.Findings[0]
		w.unsound.Store(&agent.Error{Code: "database-" + f.Code, Class: agent.Fault, What: f.What, Means: f.Means, Do: f.Do})
		w.changed()
	}
}
