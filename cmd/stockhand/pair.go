package main

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func pairCommand() subcommand {
	return subcommand{
		name: "pair", summary: "let a browser in by a one-time link, or a till by a token; list and revoke accesses",
		help: `Usage:
  stockhand pair [--role manager|counter|admin] [--name NAME]
                                   print a link; it works once, on this machine, for ten minutes
  stockhand pair --role pos --name TILL
                                   print a token with which a till tells what it sold: once, it is not kept
  stockhand pair list              who was let in
  stockhand pair revoke ACCESS     take an access away by its id or name; who uses it is cut off

All take --config FILE and --json.

Example:
  stockhand pair --role counter --name "Tablet 2"`,
		run: pair,
	}
}

func pair(ctx context.Context, t *terminal, args []string) error {
	set := flags("pair")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	role, name := set.String("role", string(agent.Manager), ""), set.String("name", "", "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return verbs{
			"list": func(ctx context.Context, t *terminal, args []string) error {
				return pairList(ctx, t, *path, *asJSON, args)
			},
			"revoke": func(ctx context.Context, t *terminal, args []string) error {
				return pairRevoke(ctx, t, *path, *asJSON, args)
			},
		}.do(ctx, t, []string{"list", "revoke"}, rest)
	}
	switch agent.Role(*role) {
	case agent.POS:
		return pairTill(ctx, t, *path, *asJSON, *name)
	case agent.Manager, agent.Counter, agent.Admin:
	default:
		return usageError{"the roles are manager, counter, admin and pos"}
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
}

// pairTill lets a program in that tells what it sold. It works with no agent running.
func pairTill(ctx context.Context, t *terminal, path string, asJSON bool, name string) error {
	if name == "" {
		return usageError{"give the till a name: pair --role pos --name till-2"}
	}
	return with(ctx, t, path, func(a asker) error {
		var token station.Token
		if err := a.ask(ctx, call{op: "access.token", args: station.LetIn{Name: name}, result: &token}); err != nil {
			return err
		}
		if asJSON {
			return t.json(token)
		}
		t.printf("%s\n", token.Token)
		return nil
	})
}

func pairList(ctx context.Context, t *terminal, path string, asJSON bool, rest []string) error {
	if err := noMore(rest, nil); err != nil {
		return err
	}
	return with(ctx, t, path, func(a asker) error {
		list := []station.Given{}
		err := a.ask(ctx, call{op: "access.list", result: &list})
		switch {
		case err != nil:
			return err
		case asJSON:
			return t.json(list)
		case len(list) == 0:
			t.printf("Nobody was let in yet. \"stockhand pair\" prints a link.\n")
			return nil
		}
		rows := [][]string{{"ACCESS", "ROLE", "GIVEN", "NAME"}}
		for _, g := range list {
			rows = append(rows, []string{g.ID, string(g.Role), t.here(g.Given).Format("2006-01-02 15:04"), clean(g.Name)})
		}
		t.table(rows)
		return nil
	})
}

func pairRevoke(ctx context.Context, t *terminal, path string, asJSON bool, rest []string) error {
	if len(rest) != 1 {
		return usageError{fmt.Sprintf("say which access: pair revoke ACCESS, as %q shows it", "stockhand pair list")}
	}
	return with(ctx, t, path, func(a asker) error {
		var gone station.Given
		if err := a.ask(ctx, call{op: "access.revoke", args: station.OneAccess{Access: rest[0]}, result: &gone}); err != nil {
			return err
		}
		if asJSON {
			return t.json(gone)
		}
		t.printf("The access %s (%s) is taken away.\n", gone.ID, clean(gone.Name))
		return nil
	})
}
