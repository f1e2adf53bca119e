package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/scanner"
)

// machineChecks look at what an agent needs of its machine; no agent need run.
func machineChecks(c *config) []doctor.Check {
	return []doctor.Check{
		{Name: "disk", Title: "looking at the disk", Look: func(context.Context) []agent.Finding { return []agent.Finding{checkRoom(freeRoom(c.Agent.Data))} }},
		{Name: "secrets", Title: "looking at the secrets", Look: func(context.Context) []agent.Finding { return checkSecrets(c) }},
	}
}

// Room on the disk below which it is worth a word, and below which it is broken.
const (
	littleRoom = 1 << 30
	noRoomLeft = 100 << 20
)

func checkRoom(free uint64, err error) agent.Finding {
	f := agent.Finding{Severity: agent.Fine, Code: "disk-room", What: "The disk has " + megabytes(free) + " left."}
	switch {
	case err != nil:
		f.What = "How much room the disk has can't be told: " + err.Error() + "."
	case free < noRoomLeft:
		f.Severity, f.Means, f.Do = agent.Broken, "Soon no scan can be stored.", "Make room on the disk now."
	case free < littleRoom:
		f.Severity, f.Means, f.Do = agent.Warning, "A full disk stores no scan.", "Make room on the disk."
	}
	return f
}

func megabytes(n uint64) string { return thousands(int64(n>>20)) + " MB" }

// checkSecrets looks whether others on this machine can read what they must not.
func checkSecrets(c *config) []agent.Finding {
	var found []agent.Finding
	if e := exposed(c.Agent.Data); e != nil {
		found = append(found, doctor.FindingOf(agent.Warning, e))
	}
	files, _ := os.ReadDir(c.Agent.Secrets) // a folder that is not there holds no secret
	for _, file := range files {
		if !file.Type().IsRegular() {
			continue
		}
		if err := private(file.Name(), filepath.Join(c.Agent.Secrets, file.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			f := doctor.FindingOf(agent.Broken, err)
			f.Code, f.Means = "secret-open", "Whoever reads it can change the shop."
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		found = append(found, agent.Finding{Severity: agent.Fine, Code: "secrets", What: "Nobody else on this machine can read the data and the secrets."})
	}
	return found
}

// localChecks look at what this agent stands on.
func (w *works) localChecks() []doctor.Check {
	return append([]doctor.Check{
		{Name: "clock", Title: "looking at the clock", Look: w.checkSteps},
		{Name: "database", Title: "checking the database", Limit: time.Minute, Look: w.checkStored},
		{Name: "scanners", Title: "looking at the scanners", Look: func(context.Context) []agent.Finding {
			return checkScanners(w.running.Load(), w.deviceStates())
		}},
		{Name: "page", Title: "looking at the page", Look: w.checkPort},
		{Name: "owner", Title: "looking who has the data", Look: func(context.Context) []agent.Finding {
			return []agent.Finding{{Severity: agent.Fine, Code: "database-in-use", What: "This agent alone has the database."}}
		}},
	}, machineChecks(w.config)...)
}

// recently is how long ago the clock may have been set to be worth a word.
const recently = 24 * time.Hour

// checkSteps says whether the machine's clock was set lately. How far it is from the
// shop's the connector says.
func (w *works) checkSteps(ctx context.Context) []agent.Finding {
	var steps []agent.ClockStep
	err := w.queue.Read(ctx, func(v agent.View) (err error) {
		steps, err = v.ClockSteps()
		return err
	})
	if err != nil {
		return []agent.Finding{doctor.FindingOf(agent.Broken, err)}
	}
	return []agent.Finding{checkClock(w.clock.Now(), steps)}
}

func checkClock(now time.Time, steps []agent.ClockStep) agent.Finding {
	f := agent.Finding{Severity: agent.Fine, Code: "clock-stepped", What: "The clock was not set in the last day."}
	for _, s := range steps {
		if now.Sub(s.At) < recently {
			f.Evidence = append(f.Evidence, fmt.Sprintf("It was set by %s at %s.", s.By, clock(s.At)))
		}
	}
	if n := len(f.Evidence); n > 0 {
		f.Severity, f.What = agent.Warning, fmt.Sprintf("The clock was set %s in the last day.", plural(int64(n), "time", "times"))
		f.Means = "What was scanned around then is set against the sales of a stretch of time, not of a moment."
		f.Do = "Let the clock be set from the network, and not by hand while the shop sells."
		f.Total, f.Evidence = int64(n), f.Evidence[max(0, n-20):]
	}
	return f
}

// checkStored checks every row of the database, as far as there is time.
func (w *works) checkStored(ctx context.Context) []agent.Finding {
	if damage := w.damage(); damage != nil {
		return []agent.Finding{doctor.FindingOf(agent.Broken, damage)}
	}
	size := int64(0)
	if info, err := os.Stat(w.config.database()); err == nil {
		size = info.Size()
	}
	report, err := w.queue.Verify(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return []agent.Finding{{Severity: agent.Fine, Code: "database", What: fmt.Sprintf("The database has %s: too much to check every row here. \"stockhand verify\" does.", megabytes(uint64(size)))}}
	case err != nil:
		return []agent.Finding{doctor.FindingOf(agent.Broken, err)}
	case !report.OK():
		for i := range report.Findings {
			report.Findings[i].Code = "database-" + report.Findings[i].Code
		}
		return report.Findings
	}
	return []agent.Finding{{
		Severity: agent.Fine, Code: "database",
		What: fmt.Sprintf("The database is sound: %s and %s in %s.", plural(report.Scans, "scan", "scans"), plural(report.Events, "event", "events"), megabytes(uint64(size))),
	}}
}

// checkScanners tells which scanners can't be heard.
func checkScanners(running bool, states []deviceState) []agent.Finding {
	if !running {
		return []agent.Finding{{Severity: agent.Fine, Code: "scanners", What: "No agent is running, so scanners were not looked at."}}
	}
	var found []agent.Finding
	for _, s := range states {
		if s.Name == string(scanner.Reading) && s.Remedy == "" || s.Name == string(scanner.Disabled) {
			continue
		}
		severity := agent.Broken
		if s.Name == string(scanner.Reading) {
			severity = agent.Warning
		}
		name := s.Title
		if name == "" {
			name = string(s.Device)
		}
		found = append(found, agent.Finding{
			Severity: severity, Code: "scanner-" + s.Name, What: fmt.Sprintf("The scanner %s: %s", name, s.Sentence),
			Means: "What it reads may not be heard, since " + clock(s.Since) + ".", Do: s.Remedy,
		})
	}
	if len(found) == 0 {
		found = append(found, agent.Finding{Severity: agent.Fine, Code: "scanners", What: fmt.Sprintf("Every scanner can be heard: %d.", len(states))})
	}
	return found
}

// checkPort looks whether another program holds the page's port, where this agent does
// not itself.
func (w *works) checkPort(ctx context.Context) []agent.Finding {
	if w.page != nil {
		return []agent.Finding{{Severity: agent.Fine, Code: "port", What: "The page is at " + w.page.URL() + "."}}
	}
	return []agent.Finding{portFree(ctx, w.config.Page.Port)}
}

func portFree(ctx context.Context, port int) agent.Finding {
	f := agent.Finding{Severity: agent.Fine, Code: "port", What: fmt.Sprintf("The port %d of the page is free.", port)}
	if port == 0 {
		f.What = "The page takes any free port."
		return f
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return agent.Finding{
			Severity: agent.Broken, Code: "port-held", What: fmt.Sprintf("Another program holds the port %d of the page.", port), Means: "The agent can't start.",
			Do: "End that program, or set another port in the section [page].", Evidence: []string{err.Error()},
		}
	}
	_ = l.Close()
	return f
}
