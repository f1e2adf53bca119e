package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// chooseCredentials asks for the app's secrets. Those that are stored stay where
// nothing is given.
func (s *setup) chooseCredentials(ctx context.Context) error {
	switch {
	case s.config.Upstream.Connector != "shopify":
		return nil
	case s.given.tokenFile != "":
		return s.take(ctx, "shopify.token", s.given.tokenFile)
	case (s.given.idFile == "") != (s.given.secretFile == ""):
		return usageError{"--client-id-file and --client-secret-file belong together"}
	case s.given.idFile != "":
		return errors.Join(s.take(ctx, "shopify.client-id", s.given.idFile), s.take(ctx, "shopify.client-secret", s.given.secretFile))
	}
	stored := s.stored()
	switch {
	case stored && (s.asks.file == nil || s.given.some()):
		return nil
	case s.asks.file == nil:
		return usageError{"give the app's credentials: --client-id-file and --client-secret-file, or --token-file"}
	}
	return s.askCredentials(ctx, stored)
}

// stored reports whether there are credentials already.
func (s *setup) stored() bool {
	has := func(name string) bool { _, err := s.config.secret(name); return err == nil }
	return has("shopify.token") || has("shopify.client-id") && has("shopify.client-secret")
}

func (s *setup) askCredentials(ctx context.Context, stored bool) error {
	empty := "leave it empty for an app that was made in the shop's admin"
	if stored {
		empty = "leave it empty to keep the stored credentials"
	}
	id, err := s.asks.ask(ctx, "The app's client id; "+empty, "")
	switch {
	case err != nil:
		return err
	case id == "" && stored:
		return nil
	case id == "":
		token, err := s.asks.secret(ctx, "The app's access token")
		return errors.Join(err, s.use("shopify.token", token))
	}
	secret, err := s.asks.secret(ctx, "The app's client secret")
	return errors.Join(err, s.use("shopify.client-id", id), s.use("shopify.client-secret", secret))
}

func (s *setup) take(ctx context.Context, name, file string) error {
	text, err := s.asks.fromFile(ctx, file)
	if err != nil {
		return err
	}
	return s.use(name, text)
}

// use notes a secret that is to be stored. One kind of credentials replaces the other:
// a token that is left over would go before an app's id.
func (s *setup) use(name, text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return usageError{"what was given as " + name + " is empty, or holds characters that no such secret has"}
	}
	others := []string{"shopify.token"}
	if name == "shopify.token" {
		others = []string{"shopify.client-id", "shopify.client-secret"}
	}
	for _, other := range others {
		s.secrets[other] = ""
	}
	s.secrets[name] = text
	return nil
}

// secret is what the connector is tried with.
func (s *setup) secret(name string) (string, error) {
	text, asked := s.secrets[name]
	switch {
	case asked && text != "":
		return text, nil
	case asked:
		return "", errNoSecret
	}
	return s.config.secret(name)
}

// tryTime is how long the shop is given to answer everything that is asked.
const tryTime = 2 * time.Minute

// try reaches for the shop, and lets a location be chosen.
func (s *setup) try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	dir := filepath.Join(s.config.Agent.Data, "upstream")
	if _, err := os.Stat(s.config.Agent.Data); err != nil { // nothing is made before all is well
		if dir, err = os.MkdirTemp("", "stockhand-setup-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	name := s.config.Upstream.Connector
	shop, err := connector.Open(name, connector.Settings{
		Decode: func(into any) error { return s.config.decodeUpstream(name, into) },
		Secret: s.secret, Dir: dir, Clock: systemClock{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	findings := shop.Check(ctx)
	if stopped(findings) {
		return s.refuse(findings)
	}
	all, err := shop.Locations(ctx)
	switch {
	case err != nil && brokenOnes(findings) > 0:
		return s.refuse(findings)
	case err != nil:
		return once(err, "Nothing was changed.")
	}
	return s.bind(ctx, shop, all, findings)
}

// stopped reports whether the shop did not answer at all.
func stopped(findings []agent.Finding) bool {
	return len(findings) == 1 && findings[0].Severity == agent.Broken
}

// bind chooses the one location that is written to, and judges everything.
func (s *setup) bind(ctx context.Context, shop agent.Connector, all []agent.Location, findings []agent.Finding) error {
	if s.asks.file != nil && len(all) > 1 {
		s.t.printf("\n")
		s.t.table(locationRows(all))
	}
	location, err := s.chooseLocation(ctx, all)
	if err != nil {
		return err
	}
	if s.config.Upstream.Connector == "shopify" {
		// The check judges the location that was asked for last.
		if _, err := shop.Levels(ctx, location.ID, nil); err != nil {
			return once(err, "Nothing was changed.")
		}
		findings = shop.Check(ctx)
	}
	if brokenOnes(findings) == 0 {
		findings = append(findings, onTheWay(ctx, shop, location)...)
		findings = append(findings, s.otherAgents(ctx, shop, location)...)
	}
	s.result.Location, s.result.Findings = location, findings
	return s.refuse(findings)
}

func brokenOnes(findings []agent.Finding) (n int) {
	for _, f := range findings {
		if f.Severity == agent.Broken {
			n++
		}
	}
	return n
}

// refuse shows what was found, and ends the set-up where something must be put right.
func (s *setup) refuse(findings []agent.Finding) error {
	broken := brokenOnes(findings)
	if !s.given.json {
		s.t.printFindings(findings)
	} else if broken > 0 {
		(&terminal{out: s.t.err}).printFindings(findings)
	}
	if broken == 0 {
		return nil
	}
	return &agent.Error{
		Code: "setup-broken", Class: agent.Refuse, What: plural(int64(broken), "thing must", "things must") + " be put right before the shop can be connected.",
		Means: "Nothing was changed.", Do: "Do what is said above, then run set-up again.",
	}
}

func (t *terminal) printFindings(findings []agent.Finding) {
	t.printf("\n")
	for _, f := range findings {
		t.printf("%s: %s\n", f.Severity, clean(f.What))
		if f.Severity != agent.Fine {
			t.printProblem(&agent.Error{What: f.Means, Do: f.Do})
		}
	}
}

func locationRows(all []agent.Location) [][]string {
	rows := [][]string{{"LOCATION", "NAME", ""}}
	for _, l := range all {
		note := ""
		if !l.Active {
			note = "closed: it can't be counted"
		}
		rows = append(rows, []string{shortLocation(l.ID), clean(l.Name), note})
	}
	return rows
}

// shortLocation is a location as the configuration has it.
func shortLocation(id agent.LocationID) string {
	return strings.TrimPrefix(string(id), "gid://shopify/Location/")
}

// chooseLocation binds exactly one location. Where there is one only, it is that.
func (s *setup) chooseLocation(ctx context.Context, all []agent.Location) (agent.Location, error) {
	u := &s.config.Upstream
	if u.Connector == "csv-folder" {
		return all[0], nil
	}
	now := u.Location
	if open := openOnes(all); now == "" && len(open) == 1 && s.given.location == "" {
		now = shortLocation(open[0].ID)
	}
	text, err := s.answer(ctx, "location", "Which location is counted, by number or name", s.given.location, now)
	if err != nil {
		return agent.Location{}, err
	}
	location, err := find(all, text)
	if err == nil {
		u.Location = shortLocation(location.ID)
		s.edits = append(s.edits, edit{"upstream", "location", u.Location})
	}
	return location, err
}

func openOnes(all []agent.Location) (open []agent.Location) {
	for _, l := range all {
		if l.Active {
			open = append(open, l)
		}
	}
	return open
}

// find returns the location that is called so. A number that the list does not have is
// left to the shop's own judgement: it may belong to a fulfilment service.
func find(all []agent.Location, text string) (agent.Location, error) {
	var found []agent.Location
	for _, l := range all {
		if shortLocation(l.ID) == shortLocation(agent.LocationID(text)) {
			return l, nil
		}
		if strings.EqualFold(strings.TrimSpace(l.Name), text) {
			found = append(found, l)
		}
	}
	number := shortLocation(agent.LocationID(text))
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && strings.Trim(number, "0123456789") == "":
		return agent.Location{ID: agent.LocationID("gid://shopify/Location/" + number)}, nil
	}
	what := fmt.Sprintf("The shop has no location called %q that can be counted.", text)
	if len(found) > 1 {
		what = fmt.Sprintf("The shop has %d locations called %q.", len(found), text)
	}
	names := make([]string, 0, len(all))
	for _, l := range all {
		names = append(names, shortLocation(l.ID)+" ("+l.Name+")")
	}
	return agent.Location{}, &agent.Error{
		Code: "setup-location", Class: agent.Refuse, What: what, Means: "Nothing was changed.",
		Do: "Choose one by its number: " + strings.Join(names, ", ") + ".",
	}
}

// lookBack is how far back another agent's traces are looked for.
const lookBack = 30 * 24 * time.Hour

// otherAgents looks in the shop's history for corrections of an agent at a location
// that was not this one's before. Afterwards "stockhand doctor" tells the two apart.
func (s *setup) otherAgents(ctx context.Context, shop agent.Connector, location agent.Location) []agent.Finding {
	historian, ok := shop.(agent.Historian)
	if !ok || !shop.Info().History {
		return nil
	}
	since := time.Now().Add(-lookBack)
	if s.bound() {
		since = time.Now() // whether it may be read at all is worth knowing each time
	}
	rows, err := historian.History(ctx, location.ID, nil, since)
	switch {
	case err != nil:
		f := lacking(err)
		f.Means += " Whether another agent counts this location can't be seen either: make sure of it yourself."
		return []agent.Finding{f}
	case s.bound():
		return nil
	}
	return []agent.Finding{s.traces(rows)}
}

// traces judges a history by the documents that agents put into it.
func (s *setup) traces(rows []agent.BookChange) agent.Finding {
	var last time.Time
	for _, row := range rows {
		if strings.HasPrefix(row.Reference, "gid://stockhand/") && row.At.After(last) {
			last = row.At
		}
	}
	if last.IsZero() {
		return agent.Finding{Severity: agent.Fine, Code: "other-agent", What: "In the last 30 days no other agent has counted this location."}
	}
	return agent.Finding{
		Severity: agent.Warning, Code: "other-agent", What: fmt.Sprintf("A counting agent has changed the books of this location, last on %s.", s.t.here(last).Format("2 January 2006 15:04")),
		Means: "If it still does, the two take each other's corrections for mistakes.", Do: "Stop the other agent, or choose another location for this one. If it was this agent with an older configuration, go on.",
	}
}

// onTheWay looks whether transfers can be read.
func onTheWay(ctx context.Context, shop agent.Connector, location agent.Location) []agent.Finding {
	transferrer, ok := shop.(agent.Transferrer)
	if !ok || !shop.Info().Transfers {
		return nil
	}
	if _, err := transferrer.Transfers(ctx, location.ID); err != nil {
		return []agent.Finding{lacking(err)}
	}
	return nil
}

// lacking says what is done without.
func lacking(err error) agent.Finding {
	e := agent.AsError(err)
	return agent.Finding{Severity: agent.Warning, Code: e.Code, What: e.What, Means: e.Means, Do: e.Do}
}
