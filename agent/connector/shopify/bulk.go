package shopify

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

const (
	// pagesUpTo is how many variants are read page by page: a page costs points and
	// 1,000 variants take a minute of a Standard plan's, a file costs none but is not
	// begun at once.
	pagesUpTo = 1000
	// pagesMost is how deep the shop lets anybody page.
	pagesMost = 25_000

	// stuckAfter is how long a file may make no progress.
	stuckAfter = 10 * time.Minute
	// busyFor is how long to wait for other files of this app; less where the
	// catalogue can be read page by page as well.
	busyFor, busyForPages = 10 * time.Minute, 2 * time.Minute
	busyPause             = 10 * time.Second
	// pollFirst and pollLast are the shortest and the longest pause between two looks
	// at a file.
	pollFirst, pollLast = time.Second, 15 * time.Second
	// triesMost is how often a file that fails is asked for, and how often it is
	// fetched.
	triesMost = 3
)

// startBulk has the shop begin a file. An answer that is lost leaves a file that
// nobody fetches: it costs nothing and goes by itself.
func (c *Connector) startBulk(ctx context.Context, l *listing) (agent.Page[agent.Item], error) {
	text := admin.BulkCatalog_Operation
	if l.single {
		text = admin.BulkCatalogSingle_Operation
	}
	var answered *admin.StartBulkResponse
	err := c.steadily(ctx, func() (err error) {
		answered, _, err = admin.StartBulk(ctx, c.client, text)
		return err
	})
	switch {
	case isInvalid(err):
		return c.refusedBulk(l, "INVALID")
	case err != nil:
		return agent.Page[agent.Item]{}, err
	case answered.BulkOperationRunQuery == nil:
		return agent.Page[agent.Item]{}, senseless("it does not say what became of a list")
	}
	begun := answered.BulkOperationRunQuery
	if len(begun.UserErrors) > 0 {
		code := begun.UserErrors[0].Code
		if code == nil {
			return c.refusedBulk(l, begun.UserErrors[0].Message)
		}
		return c.refusedBulk(l, string(*code))
	}
	if begun.BulkOperation == nil || begun.BulkOperation.Id == "" {
		return agent.Page[agent.Item]{}, senseless("it begins a list and does not name it")
	}
	l.begin(begun.BulkOperation.Id, c.client.clock.Now())
	c.remember(l)
	return l.waits(pollFirst), nil
}

// refusedBulk decides what follows where no file is begun.
func (c *Connector) refusedBulk(l *listing, code string) (agent.Page[agent.Item], error) {
	now := c.client.clock.Now()
	switch {
	case code == "LIMIT_REACHED" || code == "OPERATION_IN_PROGRESS":
		if l.busy.IsZero() {
			l.busy = now
		}
		patience := busyFor
		if !l.deep {
			patience = busyForPages
		}
		if now.Sub(l.busy) < patience {
			return l.waits(busyPause), nil
		}
		return c.pages(l, bulkBusy())
	case !l.single:
		// It may be the barcodes that cannot stand in a file.
		l.single = true
		return l.waits(0), nil
	}
	return c.pages(l, bulkRefused(code))
}

// pages goes on page by page where there is no file; why is told where that is
// not possible either.
func (c *Connector) pages(l *listing, why *agent.Error) (agent.Page[agent.Item], error) {
	c.forget(l)
	if l.deep {
		return agent.Page[agent.Item]{}, why
	}
	c.log.Warn("the catalogue is read page by page", "code", why.Code, "error", why.Err)
	l.paged = true
	return l.waits(0), nil
}

// pollBulk looks how far the file is.
func (c *Connector) pollBulk(ctx context.Context, l *listing) (agent.Page[agent.Item], error) {
	var answered *admin.BulkStatusResponse
	err := c.steadily(ctx, func() (err error) {
		answered, _, err = admin.BulkStatus(ctx, c.client, l.operation)
		return err
	})
	if err != nil {
		return agent.Page[agent.Item]{}, err
	}
	op, now := answered.BulkOperation, c.client.clock.Now()
	if op == nil {
		return c.anew(l, bulkGone())
	}
	if n := unsigned(op.RootObjectCount); n > l.done || l.polls == 0 {
		l.done, l.moved = n, now
	}
	l.polls++
	switch op.Status {
	case admin.BulkOperationStatusCompleted:
		return c.writtenBulk(l, op)
	case admin.BulkOperationStatusFailed:
		return c.failedBulk(l, op)
	case admin.BulkOperationStatusExpired:
		return c.anew(l, bulkGone())
	case admin.BulkOperationStatusCanceled:
		c.forget(l)
		return agent.Page[agent.Item]{}, bulkCalledOff()
	}
	if now.Sub(l.moved) >= stuckAfter {
		c.cancelBulk(ctx, l)
		return agent.Page[agent.Item]{}, bulkStuck()
	}
	return l.waits(l.pause()), nil
}

// writtenBulk begins to fetch a file that is whole.
func (c *Connector) writtenBulk(l *listing, op *admin.BulkOperation) (agent.Page[agent.Item], error) {
	want := counts{lines: unsigned(op.ObjectCount), roots: unsigned(op.RootObjectCount), bytes: -1}
	if op.FileSize != nil {
		want.bytes = unsigned(*op.FileSize)
	}
	if op.CreatedAt.Before(l.began) {
		l.began = op.CreatedAt // an operation that was begun before this agent was
	}
	if op.Url == nil || *op.Url == "" {
		if want.lines != 0 {
			return agent.Page[agent.Item]{}, senseless("its list has no place")
		}
		l.ended = true
		return agent.Page[agent.Item]{}, nil
	}
	if want.bytes > c.bulkLimit {
		c.forget(l)
		return agent.Page[agent.Item]{}, bulkLarge(c.bulkLimit)
	}
	spool, err := newSpool(c.dir, want, c.bulkLimit)
	if err != nil {
		return agent.Page[agent.Item]{}, noSpool(err)
	}
	l.spool, l.url = spool, *op.Url
	return l.waits(0), nil
}

// failedBulk says what follows from a file that the shop could not write. The part of
// it that is offered is not taken: what it lacks would look deleted.
func (c *Connector) failedBulk(l *listing, op *admin.BulkOperation) (agent.Page[agent.Item], error) {
	code := ""
	if op.ErrorCode != nil {
		code = string(*op.ErrorCode)
	}
	switch code {
	case "ACCESS_DENIED":
		c.forget(l)
		return agent.Page[agent.Item]{}, denied("read_products and read_inventory")
	case "TIMEOUT":
		return c.pages(l, bulkFailed(code))
	}
	return c.anew(l, bulkFailed(code))
}

// anew has another file begun, unless that was tried often enough.
func (c *Connector) anew(l *listing, why *agent.Error) (agent.Page[agent.Item], error) {
	c.forget(l)
	if l.tries++; l.tries >= triesMost {
		return c.pages(l, why)
	}
	c.log.Warn("the list of the shop's items is asked for again", "code", why.Code, "error", why.Err)
	return l.waits(pollFirst), nil
}

// cancelBulk calls the shop's work off. Where that does not arrive the operation is
// gone on with next time.
func (c *Connector) cancelBulk(ctx context.Context, l *listing) {
	if _, _, err := admin.CancelBulk(ctx, c.client, l.operation); err != nil {
		c.log.Warn("the list of the shop's items could not be called off", "error", plain(err))
		return
	}
	c.forget(l)
}

// Abandon implements agent.Abandoner.
func (c *Connector) Abandon(ctx context.Context) {
	if l := c.listing; l != nil && l.operation != "" && l.spool == nil && !l.ended {
		c.cancelBulk(ctx, l)
	}
	c.drop()
}

// unsigned reads one of the API's large numbers; what is none is 0.
func unsigned(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func bulkBusy() *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-busy", Class: agent.Retry, After: busyFor,
		What:  "The shop is still busy with other lists for this app.",
		Means: "The catalogue in force stays.", Do: "There is nothing to do: it is tried again by itself.",
	}
}

func bulkRefused(code string) *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-refused", Class: agent.Refuse, Err: fmt.Errorf("%s", clip(code, 100)),
		What:  fmt.Sprintf("The shop does not write its items into a file, and has more than the %d that can be read page by page.", pagesMost),
		Means: "The catalogue in force stays.",
		Do:    "Update the agent. If it is the newest, report this with the log.",
	}
}

func bulkFailed(code string) *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-failed", Class: agent.Retry, Err: fmt.Errorf("%s", clip(code, 100)),
		What:  "The shop could not put the list of its items together.",
		Means: "A part of it is not used: what it lacks would look deleted. The catalogue in force stays.",
		Do:    "There is nothing to do: it is tried again by itself.",
	}
}

func bulkGone() *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-gone", Class: agent.Retry,
		What:  "The list of the shop's items is not there any more.",
		Means: "The catalogue in force stays.", Do: "There is nothing to do: it is tried again by itself.",
	}
}

func bulkCalledOff() *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-called-off", Class: agent.Retry,
		What:  "Somebody called off the list of the shop's items while the shop put it together.",
		Means: "The catalogue in force stays.", Do: "There is nothing to do: it is tried again by itself.",
	}
}

func bulkStuck() *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-stuck", Class: agent.Retry, After: stuckAfter,
		What:  fmt.Sprintf("The shop has not got on with the list of its items for %.0f minutes.", stuckAfter.Minutes()),
		Means: "The list was called off. The catalogue in force stays.", Do: "There is nothing to do: it is tried again by itself.",
	}
}

func bulkLarge(limit int64) *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-large", Class: agent.Refuse,
		What:  fmt.Sprintf("The list of the shop's items is larger than %d MB.", limit>>20),
		Means: "It was not read to its end. The catalogue in force stays.",
		Do:    "If the shop has less than a million items, report this with the log.",
	}
}

func bulkPartial(what string, err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.bulk-partial", Class: agent.Retry, Err: err,
		What:  "The list of the shop's items did not come whole: " + what + ".",
		Means: "Nothing of it is used: what it lacks would look deleted. The catalogue in force stays.",
		Do:    "There is nothing to do: it is tried again by itself.",
	}
}

func bulkPlace(host string) *agent.Error {
	return person("shopify.bulk-place", "The list of the shop's items is said to lie at a place that is not safe: "+clip(host, 100)+".",
		"Check whether a proxy changes the shop's answers. If there is none, report this with the log.", nil)
}

func noSpool(err error) *agent.Error {
	return &agent.Error{
		Code: "shopify.spool", Class: agent.Retry, Err: err,
		What:  "The list of the shop's items can't be kept on this machine until it is read.",
		Means: "The catalogue in force stays.", Do: "Look whether the disk is full.",
	}
}
