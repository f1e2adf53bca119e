package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// withList makes an operation with a scope take the names of its items from what is
// sent along: a list may be longer than a question can be.
func (w *works) withList(op string) station.Handler {
	return func(ctx context.Context, caller agent.Caller, id string, text json.RawMessage) (any, error) {
		if err := caller.Require(agent.MayManage); err != nil {
			return nil, err
		}
		bad := func(what string, err error) error {
			return &agent.Error{
				Code: "bad_arguments", Class: agent.Refuse, What: what, Means: "Nothing was changed.",
				Do: "Send a list of items, one a line: SKUs, barcodes or ids.", Err: err,
			}
		}
		args := map[string]json.RawMessage{}
		if err := json.Unmarshal(text, &args); err != nil {
			return nil, bad("The request can not be understood.", err)
		}
		var scope station.OpenScope
		if given := args["scope"]; given != nil {
			if err := json.Unmarshal(given, &scope); err != nil {
				return nil, bad("The scope can not be understood.", err)
			}
		}
		x := local.From(ctx)
		if x.Body == nil {
			return nil, bad("No list was sent.", nil)
		}
		names, err := readNames(x.Body)
		if err != nil {
			return nil, bad("The list can not be read.", err)
		}
		if len(names) == 0 {
			return nil, bad("The list is empty.", nil)
		}
		scope.Names = append(scope.Names, names...)
		if args["scope"], err = json.Marshal(scope); err != nil {
			return nil, fmt.Errorf("write down the scope: %w", err)
		}
		whole, err := json.Marshal(args)
		if err != nil {
			return nil, fmt.Errorf("write down the request: %w", err)
		}
		return w.station.Dispatch(ctx, caller, id, op, whole)
	}
}
