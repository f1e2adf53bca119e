package main

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func pairCommand() subcommand {
	return subcommand{
		name: "pair", summary: "print a one-time link that signs a browser in",
		help: `Usage: stockhand pair [--role manager|counter|admin] [--name NAME] [--config FILE] [--json]

The link works once, on this machine, for ten minutes.

Example:
  stockhand pair --role counter --name "Tablet 2"`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			set := flags("pair")
			path, asJSON := configFlag(set), set.Bool("json", false, "")
			role, name := set.String("role", string(agent.Manager), ""), set.String("name", "", "")
			if err := noMore(parse(set, args)); err != nil {
				return err
			}
			switch agent.Role(*role) {
			case agent.Manager, agent.Counter, agent.Admin:
			default:
				return usageError{"the roles are manager, counter and admin"}
			}
			return withAgent(ctx, *path, func(a asker) error {
				var link station.Link
				ask := station.AccessLink{Role: agent.Role(*role), Name: *name}
				if err := a.ask(ctx, call{op: "access.link", args: ask, result: &link}); err != nil {
					return err
				}
				if *asJSON {
					return t.json(link)
				}
				t.printf("%s\n", link.URL)
				return nil
			})
		},
	}
}
