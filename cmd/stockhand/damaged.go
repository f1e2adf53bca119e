package main

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// countDamaged shows the damaged units of a count, asks for some to be moved to a
// damaged state, or says that somebody has moved them.
func countDamaged(ctx context.Context, t *terminal, args []string) error {
	set := flags("count damaged")
	path, asJSON, moved := configFlag(set), set.Bool("json", false, ""), set.Bool("moved", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if *moved && len(rest) < 2 {
		return usageError{"say which count and which items: count damaged COUNT ITEM... --moved"}
	}
	named := ""
	if len(rest) > 0 {
		named = rest[0]
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed, agent.CountOpen, agent.CountDone)
		if err != nil {
			return err
		}
		ask := call{op: "damaged.list", args: station.OneCount{Count: id}}
		if len(rest) > 1 {
			if ask, err = aboutDamaged(ctx, a, id, rest[1:], *moved); err != nil {
				return err
			}
		}
		var goods []station.DamagedGoods
		ask.result = &goods
		if err := a.ask(ctx, ask); err != nil {
			return err
		}
		if *asJSON {
			return t.json(append([]station.DamagedGoods{}, goods...))
		}
		if len(goods) == 0 {
			t.printf("Nothing damaged was counted in %s.\n", id)
		}
		for _, g := range goods {
			t.printf("%s  %s: %s\n", clean(g.SKU), clean(g.Name), g.Sentence)
		}
		return nil
	})
}

// aboutDamaged asks something for some items of a count.
func aboutDamaged(ctx context.Context, a asker, count agent.CountID, items []string, moved bool) (call, error) {
	r, err := review(ctx, a, string(count))
	if err != nil {
		return call{}, err
	}
	chosen, err := r.findAll(items)
	args := station.SomeItems{Count: count}
	for _, v := range chosen {
		args.Items = append(args.Items, v.Item)
	}
	op := "damaged.ask"
	if moved {
		op = "damaged.moved"
	}
	return call{op: op, args: args}, err
}
