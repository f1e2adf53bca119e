package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// openUpstream opens the connector that the configuration names; nil if none.
func openUpstream(c *config, clock agent.Clock, log *slog.Logger) (agent.Connector, error) {
	name := c.Upstream.Connector
	if name == "" {
		return nil, nil
	}
	asked := &askedSecrets{config: c}
	upstream, err := connector.Open(name, connector.Settings{
		Decode: func(into any) error { return c.decodeUpstream(name, into) },
		Secret: asked.secret,
		Dir:    filepath.Join(c.Agent.Data, "upstream"),
		Clock:  clock,
		Log:    log.With("connector", name),
	})
	if err != nil {
		return nil, asked.explain(err)
	}
	return upstream, nil
}

// section returns the settings of a connector.
func (c *config) section(name string) map[string]any {
	section := maps.Clone(map[string]map[string]any{"csv-folder": c.Upstream.CSV, "shopify": c.Upstream.Shopify}[name])
	if folder, ok := section["folder"].(string); ok && folder != "" {
		section["folder"] = c.beside(folder)
	}
	return section
}

// decodeUpstream fills a connector's own settings and refuses what they do not
// have.
func (c *config) decodeUpstream(name string, into any) error {
	text, err := toml.Marshal(c.section(name))
	if err != nil {
		return err
	}
	err = toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		key := strict.Errors[0].Key()
		do := "Remove it, or correct its name."
		if s := nearest(key[len(key)-1], keysAt(reflect.TypeOf(into).Elem(), key[:len(key)-1])); s != "" {
			do = fmt.Sprintf("Did you mean %q?", s)
		}
		return configError(c.path, fmt.Sprintf("The section [upstream.%s] has the key %q, which does not exist.", name, strings.Join(key, ".")), do, nil)
	case errors.As(err, &wrong):
		return configError(c.path, fmt.Sprintf("In the section [upstream.%s] the key %q has a value of the wrong kind.", name, strings.Join(wrong.Key(), ".")),
			"Correct it and try again.", err)
	case err != nil:
		return configError(c.path, fmt.Sprintf("The section [upstream.%s] cannot be read.", name), "Correct it and try again.", err)
	}
	return nil
}

// location returns where this agent counts.
func (c *config) location() agent.LocationID {
	name := c.Upstream.Location
	switch {
	case c.Upstream.Connector == "shopify" && strings.Trim(name, "0123456789") == "":
		return agent.LocationID("gid://shopify/Location/" + name)
	case name == "":
		return "main"
	}
	return agent.LocationID(name)
}
