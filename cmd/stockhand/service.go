package main

import (
	"context"
	"log/slog"
	"path/filepath"

	"github.com/stockhand/stockhand/install"
)

func serviceCommand() subcommand {
	return subcommand{
		name: "service", summary: "run the agent as a service of this machine",
		help: `Usage:
  stockhand service install [--config FILE]   start with the machine, and again after a failure
  stockhand service uninstall                 configuration, scans and counts stay
  stockhand service start
  stockhand service stop
  stockhand service status [--json]           the exit status is 1 unless it runs

All but status need administrator rights.

Example:
  sudo stockhand service install --config /etc/stockhand/stockhand.toml`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			return verbs{
				"install": serviceInstall, "status": serviceStatus,
				"uninstall": serviceDo(install.Uninstall, "Stockhand is not a service any more. Configuration, scans and counts are where they were."),
				"start":     serviceDo(install.Start, "Stockhand runs."),
				"stop":      serviceDo(install.Stop, "Stockhand has stopped."),
			}.do(ctx, t, []string{"install", "uninstall", "start", "stop", "status"}, args)
		},
	}
}

func serviceInstall(ctx context.Context, t *terminal, args []string) error {
	set := flags("service install")
	path := configFlag(set)
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	c, err := loadConfig(*path)
	if err != nil {
		return err
	}
	full, err := filepath.Abs(*path)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(t.err, nil))
	if err := install.Install(ctx, install.Settings{Config: full, Data: c.Agent.Data, Log: log}); err != nil {
		return err
	}
	t.printf("Stockhand is installed and starts with the machine. Start it now with: stockhand service start\n")
	return nil
}

func serviceDo(do func(context.Context) error, done string) func(ctx context.Context, t *terminal, args []string) error {
	return func(ctx context.Context, t *terminal, args []string) error {
		if err := noMore(parse(flags("service"), args)); err != nil {
			return err
		}
		if err := do(ctx); err != nil {
			return err
		}
		t.printf("%s\n", done)
		return nil
	}
}

func serviceStatus(ctx context.Context, t *terminal, args []string) error {
	set := flags("service status")
	asJSON := set.Bool("json", false, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	report, err := install.Status(ctx)
	if err != nil {
		return err
	}
	if *asJSON {
		err = t.json(map[string]any{"state": report.State.String(), "detail": report.Detail})
	} else {
		t.printf("Stockhand is %s.\n", report)
	}
	if err == nil && report.State != install.Running {
		err = errShown
	}
	return err
}
