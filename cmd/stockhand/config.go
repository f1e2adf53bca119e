package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// config is the machine's facts, as they stand in the configuration file. What
// people decide while they work is not here: that is in the log.
type config struct {
	Agent struct {
		Data     string `toml:"data"`      // the folder of the database
		Secrets  string `toml:"secrets"`   // the folder of tokens and keys; default: "secrets" beside this file
		TimeZone string `toml:"time_zone"` // of explanations, such as "Europe/Berlin"; default: the system's
	} `toml:"agent"`
	Page struct {
		Port int `toml:"port"` // on the loopback address; 0 is any free port
	} `toml:"page"`
	Scanner  []map[string]any  `toml:"scanner"` // each driver decodes its own
	Count    countConfig       `toml:"count"`
	People   peopleConfig      `toml:"people"`
	Barcodes barcodesConfig    `toml:"barcodes"`
	Upstream upstreamConfig    `toml:"upstream"`
	Simulate *simulationConfig `toml:"simulation"`

	path string
}

type upstreamConfig struct {
	Connector string         `toml:"connector"` // "csv-folder" or "shopify"
	Location  string         `toml:"location"`
	MaxLines  int            `toml:"max_lines"` // of a request; 0 is the connector's own limit
	Owner     string         `toml:"owner"`     // of the stock, where it is another system than the connector's
	CSV       map[string]any `toml:"csv-folder"`
	Shopify   map[string]any `toml:"shopify"`
}

// simulationConfig is set by the demo only.
type simulationConfig struct {
	Title   string `toml:"title"`
	Control string `toml:"control"` // the socket of the simulated shop
	Devices string `toml:"devices"` // the folder of what is plugged in, instead of the system's
}

// loadConfig reads and checks a configuration file.
func loadConfig(path string) (*config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, configError(path, "The configuration file cannot be read.", "Name the file with --config, or create it with \"stockhand setup\".", err)
	}
	c, err := decodeConfig(path, data)
	if err != nil {
		return nil, err
	}
	return c, c.check()
}

// decodeConfig reads a configuration without judging what it says.
func decodeConfig(path string, data []byte) (*config, error) {
	c := &config{path: path}
	if full, err := filepath.Abs(path); err == nil { // the working directory is gone otherwise
		c.path = full
	}
	c.Page.Port = 8787
	decoder := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return nil, c.explain(err)
	}
	return c, nil
}

// explain turns a decoding error into a sentence that names the key, and the key
// that was probably meant.
func (c *config) explain(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		first := strict.Errors[0]
		row, _ := first.Position()
		key := first.Key()
		what := fmt.Sprintf("Line %d of the configuration has the key %q, which does not exist.", row, strings.Join(key, "."))
		do := "Remove it, or correct its name."
		if s := nearest(key[len(key)-1], keysAt(reflect.TypeFor[config](), key[:len(key)-1])); s != "" {
			do = fmt.Sprintf("Did you mean %q?", s)
		}
		return configError(c.path, what, do, nil)
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, column := decode.Position()
		if key := decode.Key(); len(key) > 0 {
			if what, do := wrongKind(row, key); what != "" {
				return configError(c.path, what, do, nil)
			}
		}
		return configError(c.path, fmt.Sprintf("Line %d, column %d of the configuration cannot be read.", row, column), "Correct it and try again.", err)
	}
	return configError(c.path, "The configuration cannot be read.", "Correct it and try again.", err)
}

// keysAt returns the keys that a section of the configuration has.
func keysAt(t reflect.Type, section []string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for f := range t.Fields() {
		name := f.Tag.Get("toml")
		if name == "" {
			continue
		}
		if len(section) > 0 && name == section[0] {
			return keysAt(f.Type, section[1:])
		}
		keys = append(keys, name)
	}
	return keys
}

func (c *config) check() error {
	if c.Agent.Data == "" {
		return configError(c.path, "The configuration does not say where the data is kept.", "Set data in the section [agent], for example data = \"/var/lib/stockhand\".", nil)
	}
	if c.Agent.Secrets == "" {
		c.Agent.Secrets = "secrets"
	}
	c.Agent.Data, c.Agent.Secrets = c.beside(c.Agent.Data), c.beside(c.Agent.Secrets)
	if c.Page.Port < 0 || c.Page.Port > 65535 {
		return configError(c.path, fmt.Sprintf("The port %d does not exist.", c.Page.Port), "Set port in the section [page] to a number between 1 and 65535.", nil)
	}
	if _, err := c.zone(); err != nil {
		return configError(c.path, fmt.Sprintf("The time zone %q is not known.", c.Agent.TimeZone), "Use a name such as Europe/Berlin.", err)
	}
	if _, err := c.policy(); err != nil {
		return err
	}
	if _, err := c.signOut(); err != nil {
		return err
	}
	if _, err := c.rules(); err != nil {
		return err
	}
	return c.checkUpstream()
}

// beside returns a path of the configuration, which is looked up beside its file.
func (c *config) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.path), path)
}

func (c *config) checkUpstream() error {
	u := &c.Upstream
	if u.Connector == "" {
		if u.CSV != nil || u.Shopify != nil {
			return configError(c.path, "The section [upstream] does not say which connector to use.", "Set connector in the section [upstream] to \"csv-folder\" or \"shopify\".", nil)
		}
		return nil
	}
	if names := connector.Names(); !slices.Contains(names, u.Connector) {
		do := "Use one of: " + strings.Join(names, ", ") + "."
		if s := nearest(u.Connector, names); s != "" {
			do = fmt.Sprintf("Did you mean %q?", s)
		}
		return configError(c.path, fmt.Sprintf("There is no connector %q.", u.Connector), do, nil)
	}
	if u.MaxLines < 0 {
		return configError(c.path, "The key max_lines in the section [upstream] is below 0.", "Leave it out: the connector knows its limit.", nil)
	}
	if u.Connector == "shopify" && u.Location == "" {
		return configError(c.path, "The configuration does not say which location of the shop is counted.",
			"Set location in the section [upstream] to the number at the end of its address in the shop's settings.", nil)
	}
	return nil
}

// zone returns the time zone of explanations.
func (c *config) zone() (*time.Location, error) {
	if c.Agent.TimeZone == "" {
		return time.Local, nil
	}
	return time.LoadLocation(c.Agent.TimeZone)
}

func configError(path, what, do string, err error) error {
	return &agent.Error{
		Code: "config", Class: agent.Refuse, What: what,
		Means: "The file is " + path + ".", Do: do, Err: err,
	}
}

func configCommand() subcommand {
	return subcommand{
		name: "config", summary: "check a configuration file",
		help: "Usage: stockhand config check --config FILE\n\nExample:\n  stockhand config check --config /etc/stockhand/stockhand.toml",
		run: func(_ context.Context, t *terminal, args []string) error {
			set := flags("config")
			path := configFlag(set)
			rest, err := parse(set, args)
			if err != nil {
				return err
			}
			if len(rest) != 1 || rest[0] != "check" {
				return usageError{"say what to do: check"}
			}
			c, err := loadConfig(*path)
			if err != nil {
				return err
			}
			if _, err := scannersOf(c); err != nil {
				return err
			}
			if _, err := openUpstream(c, systemClock{}, slog.New(slog.DiscardHandler)); err != nil {
				return err
			}
			t.printf("%s is fine: %s, shop %s.\n", *path, plural(int64(len(c.Scanner)), "scanner", "scanners"), orNone(c.Upstream.Connector))
			if e := exposed(c.Agent.Data); e != nil {
				t.printf("\nBut one thing should be put right.\n")
				t.printProblem(e)
			}
			return nil
		},
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
