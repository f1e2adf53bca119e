package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/install"
)

func setupCommand() subcommand {
	return subcommand{
		name: "setup", summary: "connect a shop: credentials, location, who owns the stock",
		help: `Usage:
  stockhand setup [options]     asks for what is not given, tries the connection, and
                                writes the configuration
  stockhand setup undo          what was in force before the last set-up is again

  --connector shopify|csv-folder
  --shop NAME                   with shopify: name of name.myshopify.com
  --client-id-file FILE         and
  --client-secret-file FILE     the credentials of an app of your own organisation, or
  --token-file FILE             the token of an app that was made in the shop's admin
  --location NAME|NUMBER        the one that is counted
  --folder FOLDER               with csv-folder: where catalog.csv and levels.csv are
  --owner NAME                  the system that owns the stock, if it is not the shop:
                                nothing is sent to the shop then
  --only-agent                  no other agent counts this location
  --data FOLDER                 where the agent keeps its own data

Secrets are never given on the command line. At a terminal they are asked for and not
shown; FILE may be - for a line of the input. They are kept as files that only their
owner can read, beside the configuration.

What is not given stays as it is, so "stockhand setup --location Harbour" changes the
location and nothing else. Nothing is changed if the connection does not work.

Both take --config FILE, and setup --json.

Example:
  stockhand setup --config stockhand.toml`,
		run: setUp,
	}
}

// setupFlags are what is given on the command line.
type setupFlags struct {
	connector, shop, location, folder, owner, data string
	idFile, secretFile, tokenFile                  string
	onlyAgent, json                                bool
}

// some reports whether anything is to be changed: the rest is not asked for then.
func (f setupFlags) some() bool {
	return cmp.Or(f.connector, f.shop, f.location, f.folder, f.owner, f.data, f.idFile, f.secretFile, f.tokenFile) != ""
}

// setup is one run of the command.
type setup struct {
	t       *terminal
	asks    *questions
	given   setupFlags
	path    string
	old     []byte // the file as it stands
	existed bool
	mode    fs.FileMode

	config  *config // as it will be
	before  upstreamConfig
	edits   []edit
	secrets map[string]string // to be stored; "" removes
	result  setupResult
}

// setupResult is what a script gets to know.
type setupResult struct {
	Config    string          `json:"config"`
	Backup    string          `json:"backup,omitempty"`
	Connector string          `json:"connector"`
	Location  agent.Location  `json:"location"`
	Owner     string          `json:"owner"`
	Findings  []agent.Finding `json:"findings"`
	Next      []string        `json:"next"`
}

func setUp(ctx context.Context, t *terminal, args []string) error {
	set := flags("setup")
	path := configFlag(set)
	s := &setup{t: t, asks: t.questions(), secrets: map[string]string{}, mode: 0o644}
	for name, into := range map[string]*string{
		"connector": &s.given.connector, "shop": &s.given.shop, "location": &s.given.location, "folder": &s.given.folder, "owner": &s.given.owner, "data": &s.given.data,
		"client-id-file": &s.given.idFile, "client-secret-file": &s.given.secretFile, "token-file": &s.given.tokenFile,
	} {
		set.StringVar(into, name, "", "")
	}
	set.BoolVar(&s.given.onlyAgent, "only-agent", false, "")
	set.BoolVar(&s.given.json, "json", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if err := s.read(*path); err != nil {
		return err
	}
	switch {
	case len(rest) == 1 && rest[0] == "undo":
		return s.undo()
	case len(rest) > 0:
		return noMore(rest, nil)
	}
	return s.run(ctx)
}

// read reads the configuration as it stands, or begins one.
func (s *setup) read(path string) error {
	if path == "" {
		return usageError{"say where the configuration is to be: --config FILE"}
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return configError(path, "The configuration file cannot be read.", "Check the rights of the file.", err)
	}
	s.existed = err == nil
	if info, err := os.Stat(path); err == nil {
		s.mode = info.Mode().Perm()
	}
	s.old = text
	if s.config, err = decodeConfig(path, text); err != nil {
		return err
	}
	s.path = s.config.path
	if !s.existed {
		s.old = nil
	}
	s.before = s.config.Upstream
	s.before.Shopify, s.before.CSV = maps.Clone(s.before.Shopify), maps.Clone(s.before.CSV)
	return s.places()
}

// places settles where data and secrets are: where a package has them, if the
// configuration is the package's, and beside the configuration otherwise.
func (s *setup) places() error {
	c := s.config
	data, secrets := "data", ""
	if paths, err := install.DefaultPaths(); err == nil && paths.Config == s.path {
		data, secrets = paths.Data, paths.Secrets
	}
	if s.given.data != "" || c.Agent.Data == "" {
		c.Agent.Data = cmp.Or(s.given.data, data)
		s.edits = append(s.edits, edit{"agent", "data", c.Agent.Data})
	}
	if c.Agent.Secrets == "" && !s.existed && secrets != "" {
		c.Agent.Secrets = secrets
		s.edits = append(s.edits, edit{"agent", "secrets", secrets})
	}
	upstream := c.Upstream
	c.Upstream = upstreamConfig{} // it may be wrong: that is what set-up is for
	err := c.check()
	c.Upstream = upstream
	return err
}

// run asks, tries and keeps.
func (s *setup) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.chooseConnector, s.chooseShop, s.chooseCredentials, s.try, s.chooseOwner, s.promise}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	if s.result.Backup, err = s.keep(text); err != nil {
		return err
	}
	return s.tell()
}

// answer is what is given on the command line, or what is asked for at a terminal.
// Whoever says what to change is not asked for what stands already.
func (s *setup) answer(ctx context.Context, flag, question, given, now string) (string, error) {
	switch {
	case given != "":
		return given, nil
	case now != "" && (s.asks.file == nil || s.given.some()):
		return now, nil
	case s.asks.file == nil:
		return "", usageError{"say --" + flag + ": nobody can be asked here"}
	}
	text, err := s.asks.ask(ctx, question, now)
	if err == nil && text == "" {
		err = usageError{"an answer is needed: nothing was changed"}
	}
	return text, err
}

func (s *setup) chooseConnector(ctx context.Context) error {
	names := connector.Names()
	name, err := s.answer(ctx, "connector", "What keeps the books: "+strings.Join(names, " or "), s.given.connector, cmp.Or(s.config.Upstream.Connector, s.implied()))
	if err != nil {
		return err
	}
	if !slices.Contains(names, name) {
		return usageError{fmt.Sprintf("there is no connector %q: use one of %s", name, strings.Join(names, ", "))}
	}
	u := &s.config.Upstream
	if name != u.Connector {
		u.Location, u.Owner = "", "" // those of another system
	}
	u.Connector = name
	s.edits = append(s.edits, edit{"upstream", "connector", name})
	return nil
}

// implied is the connector that the other options are for.
func (s *setup) implied() string {
	switch {
	case s.given.shop != "":
		return "shopify"
	case s.given.folder != "":
		return "csv-folder"
	}
	return ""
}

// chooseShop asks where the shop is.
func (s *setup) chooseShop(ctx context.Context) error {
	u := &s.config.Upstream
	key, section, given, question := "shop", &u.Shopify, s.given.shop, "The shop's name: NAME of NAME.myshopify.com"
	if u.Connector == "csv-folder" {
		key, section, given, question = "folder", &u.CSV, s.given.folder, "The folder with catalog.csv and levels.csv"
	}
	now, _ := (*section)[key].(string)
	text, err := s.answer(ctx, key, question, given, now)
	if err != nil {
		return err
	}
	if key == "shop" {
		text = shopOf(text)
	} else if text != now {
		if text, err = filepath.Abs(text); err != nil {
			return err
		}
	}
	if *section == nil {
		*section = map[string]any{}
	}
	if key == "shop" && text != now {
		u.Location = "" // another shop's
	}
	(*section)[key] = text
	s.edits = append(s.edits, edit{"upstream." + u.Connector, key, text})
	return nil
}

// shopOf finds a shop's name in what people copy: the name, its address, or the
// address of its admin.
func shopOf(text string) string {
	name := strings.ToLower(strings.TrimSpace(text))
	name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://")
	name = strings.TrimPrefix(name, "admin.shopify.com/store/")
	name, _, _ = strings.Cut(name, "/")
	return strings.TrimSuffix(name, ".myshopify.com")
}

// chooseOwner asks which system owns the stock.
func (s *setup) chooseOwner(ctx context.Context) error {
	u := &s.config.Upstream
	now := u.Owner
	if now == "" && (s.asks.file == nil || s.given.some()) {
		now = u.Connector // what is not said otherwise
	}
	owner, err := s.answer(ctx, "owner", "Which system owns the stock: "+u.Connector+", or the name of another one", s.given.owner, now)
	if err != nil {
		return err
	}
	u.Owner = strings.TrimSpace(owner)
	u.Owner = u.ownerOf()
	s.result.Owner = u.Owner
	if s.before.Connector != u.Connector || s.before.ownerOf() != u.Owner {
		s.edits = append(s.edits, edit{"upstream", "owner", u.Owner})
	}
	return nil
}

// bound reports whether the location was this agent's before.
func (s *setup) bound() bool {
	u := s.config.Upstream
	shop := func(u upstreamConfig) [2]any { return [2]any{u.Shopify["shop"], u.CSV["folder"]} }
	return u.Connector == s.before.Connector && u.Location == s.before.Location && shop(u) == shop(s.before)
}

// promise asks that nobody else counts a location that was not this agent's before.
func (s *setup) promise(ctx context.Context) error {
	if s.bound() || s.given.onlyAgent {
		return nil
	}
	if s.asks.file == nil {
		return usageError{"say --only-agent if no other agent counts this location: two would take each other's corrections for mistakes"}
	}
	yes, err := s.asks.yes(ctx, "Is this the only agent that counts "+clean(cmp.Or(s.result.Location.Name, "there"))+"?")
	if err == nil && !yes {
		err = &agent.Error{
			Code: "setup-other-agent", Class: agent.Refuse, What: "Only one agent may count a location.",
			Means: "Two would take each other's corrections for mistakes. Nothing was changed.", Do: "Stop the other agent, or choose another location for this one.",
		}
	}
	return err
}

// text is the configuration as it will be, and is checked as a start checks it.
func (s *setup) text() (string, error) {
	old := string(s.old)
	if !s.existed {
		old = "# Made by \"stockhand setup\". All settings: cmd/stockhand/example.toml in the source.\n"
	}
	text, err := editConfig(s.path, old, s.edits)
	if err != nil {
		return "", err
	}
	c, err := decodeConfig(s.path, []byte(text))
	if err != nil {
		return "", err
	}
	return text, c.check()
}

const restart = "An agent that runs works with the old settings until it is restarted: stockhand service stop, stockhand service start."

// tell ends a set-up with what to do next.
func (s *setup) tell() error {
	s.result.Config, s.result.Connector = s.path, s.config.Upstream.Connector
	s.result.Next = []string{"stockhand catalog sync", "stockhand run", "stockhand pair", "stockhand count open"}
	if s.given.json {
		return s.t.json(s.result)
	}
	s.t.printf("\n%s is written.", s.path)
	if s.result.Backup != "" {
		s.t.printf(" \"stockhand setup undo\" brings the old one back.")
	}
	s.t.printf("\n")
	s.t.printProblem(s.config.Upstream.withheld())
	s.t.printf("\nNext, each with --config %s:\n", s.path)
	s.t.table([][]string{
		{"  stockhand catalog sync", "get the catalogue"},
		{"  stockhand run", "start the agent, or as a service: stockhand service install"},
		{"  stockhand pair", "a link that signs the browser in"},
		{"  stockhand count open", "the first count"},
	})
	if s.existed {
		s.t.printf("\n%s\n", restart)
	}
	return nil
}
