package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
	"github.com/stockhand/stockhand/install"
	"github.com/stockhand/stockhand/scanner"
)

func runCommand() subcommand {
	return subcommand{
		name: "run", summary: "run the agent: read the scanners, serve the page, tell the shop",
		help: `Usage: stockhand run [--config FILE] [--log-level debug|info|warn|error] [--until-eof]

Runs until it is interrupted, and with --until-eof also until its input ends, as it
does when the program that started it is gone. As a service it is started by the
service manager: see "stockhand service --help".

Example:
  stockhand run --config stockhand.toml`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			set := flags("run")
			path, level := configFlag(set), slog.LevelInfo
			leash := set.Bool("until-eof", false, "")
			set.TextVar(&level, "log-level", slog.LevelInfo, "")
			if err := noMore(parse(set, args)); err != nil {
				return err
			}
			c, err := loadConfig(*path)
			if err != nil {
				return err
			}
			log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: level}))
			if *leash {
				var stop context.CancelFunc
				ctx, stop = untilEOF(ctx, t.in)
				defer stop()
			}
			return serve(ctx, t, c, log)
		},
	}
}

// serve runs an agent in the terminal or for a service manager.
func serve(ctx context.Context, t *terminal, c *config, log *slog.Logger) error {
	var alive func(context.Context) error
	return install.Run(ctx, install.Agent{
		Log:   log,
		Alive: func(ctx context.Context) error { return alive(ctx) },
		Serve: func(ctx context.Context, ready func(string)) error {
			w, err := openFree(ctx, startTime, c, log)
			if errors.Is(err, errAgentRuns) {
				w, err = openWorks(ctx, c, log) // which says who has it
			}
			if err != nil {
				return err
			}
			warnOfFolder(c.Agent.Data, log)
			alive = w.alive
			return errors.Join(w.run(ctx, t, ready), w.queue.Close())
		},
	})
}

// run wires the parts of an agent together and runs them until ctx ends. Scanners
// end first, so that what they read is stored and shown; the database ends last.
func (w *works) run(ctx context.Context, t *terminal, ready func(string)) error {
	devices, err := w.allScanners(ctx)
	if err != nil {
		return err
	}
	w.ears = &ears{station: w.station, log: w.log, changed: w.changed}
	if w.scanners, err = scanner.New(devices, w.ears); err != nil {
		return err
	}
	if w.page, err = openPage(ctx, w); err != nil {
		return err
	}
	socket, err := local.Listen(w.config.Agent.Data, w.dispatch, w.log)
	if err != nil {
		return err
	}
	parts := []part{{"scanners", w.scanners.Run}, {"plugs", w.watchPlugs}, {"pairing", w.pairing.Run}, {"clock", w.watchClock}, {"people", w.watchPeople}, {"check", w.checkDatabase}}
	if w.page != nil {
		parts = append(parts, part{"page", w.page.Run})
	}
	parts = append(parts, part{"local socket", socket.Run})
	if w.upload != nil {
		parts = append(parts, w.watchUpstream(time.Second), part{"upload", w.upload.Run}, part{"feed", w.feed.Run}, part{"catalogue", w.keepCatalog}, part{"levels", w.feed.KeepLevels})
	}
	w.running.Store(true)
	w.welcome(t, socket.Where(), ready)
	return runAll(ctx, append(parts, part{"housekeeping", w.queue.Run}))
}

// welcome says where the agent can be reached.
func (w *works) welcome(t *terminal, socket string, ready func(string)) {
	upstream := orNone(w.config.Upstream.Connector)
	text := fmt.Sprintf("%d scanners, shop %s", len(w.config.Scanner), upstream)
	if w.page != nil {
		t.printf("The page is at %s. Sign in with the link that this prints:\n  stockhand pair --config %s\n", w.page.URL(), w.config.path)
		text += ", page " + w.page.URL()
	}
	w.log.Info("ready", "version", version, "data", w.config.Agent.Data, "socket", socket, "scanners", len(w.config.Scanner), "upstream", upstream)
	ready(text)
}

// alive looks whether the database still answers: a sign of life for the service
// manager.
func (w *works) alive(ctx context.Context) error {
	return w.queue.Read(ctx, func(v agent.View) error {
		_, _, err := v.Head()
		return err
	})
}
