package station

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// Handler carries out one operation. args is the operation's JSON object.
type Handler func(ctx context.Context, caller agent.Caller, commandID string, args json.RawMessage) (any, error)

// operations is the one table of what can be asked of the agent, by whatever way
// the asking comes.
func (s *Station) operations() map[string]Handler {
	return map[string]Handler{
		"count.open": op(s.openCount),
		"count.list": op(func(ctx context.Context, c command, _ struct{}) ([]agent.Count, error) {
			return s.counts(ctx, c)
		}),
		"count.widen":    op(s.widenCount),
		"count.check":    op(s.checkCount),
		"count.choices":  op(s.scopeChoices),
		"count.left":     op(s.leftOf),
		"place.choices":  op(s.placeChoices),
		"count.strays":   op(s.straysOf),
		"zone.uncounted": op(s.uncountedOf),
		"zone.settle":    op(s.settleZone),
		"count.loose":    op(s.looseOf),
		"count.close":    op(s.closeCount),
		"count.reopen":   op(s.reopenCount),
		"count.cancel":   op(s.cancelCount),
		"count.finish":   op(s.finishCount),
		"count.recount":  op(s.askRecount),
		"count.review": op(func(ctx context.Context, c command, a OneCount) ([]agent.Variance, error) {
			if err := c.caller.Require(agent.MayManage); err != nil {
				return nil, err
			}
			return s.Review(ctx, a.Count)
		}),
		"count.approve":        op(s.approve),
		"count.export":         op(s.export),
		"item.history":         op(s.itemHistory),
		"movements.take":       op(s.takeMovements),
		"movements.told":       op(s.toldMovements),
		"access.token":         op(s.letIn),
		"count.metrics":        op(s.metrics),
		"pass.open":            op(s.openPass),
		"pass.move":            op(s.movePass),
		"pass.empty":           op(s.emptyBin),
		"pass.close":           op(s.closePass),
		"damaged.list":         op(s.damagedGoods),
		"damaged.ask":          op(s.askDamaged),
		"damaged.moved":        op(s.movedDamaged),
		"pass.await":           op(s.awaitItem),
		"entry.set":            op(s.setEntry),
		"entry.void":           op(s.voidEntry),
		"scan.read":            op(s.readScan),
		"scan.accept":          op(s.acceptScans),
		"delivery.decide":      op(s.decide),
		"delivery.choices":     op(s.choices),
		"access.link":          op(s.link),
		"access.list":          op(s.accesses),
		"access.revoke":        op(s.revoke),
		"catalog.search":       op(s.searchCatalog),
		"catalog.teach":        op(s.teach),
		"catalog.forget":       op(s.forget),
		"catalog.taught":       op(s.taught),
		"unknown.list":         op(s.unknown),
		"count.scans":          op(s.scansOf),
		"plan.show":            op(s.showPlan),
		"plan.open":            op(s.openPlan),
		"plan.certificate":     op(s.certificate),
		"count.recount-advice": op(s.adviseRecount),
		"people.add":           op(s.addPerson),
		"people.change":        op(s.changePerson),
		"people.remove":        op(s.removePerson),
		"people.list":          op(s.listPeople),
		"person.choices":       op(s.signInChoices),
		"person.sign-in":       op(s.signIn),
		"person.sign-out":      op(s.signOut),
		"person.here":          op(s.here),
	}
}

// op adapts a use case to a Handler: strict arguments in, its result out.
func op[A, R any](use func(context.Context, command, A) (R, error)) Handler {
	return func(ctx context.Context, caller agent.Caller, commandID string, args json.RawMessage) (any, error) {
		var a A
		if len(bytes.TrimSpace(args)) > 0 {
			decoder := json.NewDecoder(bytes.NewReader(args))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&a); err != nil {
				return nil, &agent.Error{
					Code: "bad_arguments", Class: agent.Refuse, What: "The request can not be understood.",
					Means: "Nothing was changed.", Do: "Check the names and types of its fields.", Err: err,
				}
			}
		}
		if err := showable(a); err != nil {
			return nil, err
		}
		return use(ctx, command{caller: caller, id: commandID, op: operationOf(ctx)}, a)
	}
}

// Handle adds an operation that lives outside the station, such as those of the
// upload. It must be called before the first Dispatch.
func (s *Station) Handle(name string, h Handler) {
	if s.more == nil {
		s.more = map[string]Handler{}
	}
	s.more[name] = h
}

// Dispatch carries out an operation by name. Errors can be shown as they are
// through agent.AsError. An operation that panics has failed and no more: what it
// was storing is taken back by the store, and scans go on being stored.
func (s *Station) Dispatch(ctx context.Context, caller agent.Caller, commandID, name string, args json.RawMessage) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, broken(name, p)
		}
	}()
	handle, known := s.operations()[name]
	if !known {
		handle, known = s.more[name]
	}
	if !known {
		return nil, &agent.Error{
			Code: "unsupported", Class: agent.Refuse, What: fmt.Sprintf("There is no operation %q.", name),
			Means: "Nothing was changed.", Do: "Update the program that asked, or the agent.",
		}
	}
	if err := s.store.Read(ctx, func(v agent.View) error { return stillIs(v, caller) }); err != nil {
		return nil, err
	}
	return handle(context.WithValue(ctx, operationKey{}, name), caller, commandID, args)
}

// operationKey is where a context says by which name an operation was asked for.
type operationKey struct{}

func operationOf(ctx context.Context) string {
	name, _ := ctx.Value(operationKey{}).(string)
	return name
}

// broken is what a panic of an operation becomes. Its cause, for the log, holds where
// that was.
func broken(name string, panicked any) error {
	return &agent.Error{
		Code: "internal", Class: agent.Fault,
		What:  "Something went wrong inside the agent.",
		Means: "It is not certain that the request was carried out. Everything that was acknowledged before is safe.",
		Do:    "Look at what is there now, then try again. If it happens again, look at the log.",
		Err:   fmt.Errorf("%s: panic: %v\n%s", name, panicked, debug.Stack()),
	}
}

func (s *Station) counts(ctx context.Context, c command) ([]agent.Count, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return nil, err
	}
	var counts []agent.Count
	err := s.store.Read(ctx, func(v agent.View) (err error) {
		counts, err = v.Counts()
		return err
	})
	slices.Reverse(counts)
	return counts, err
}
