package connector

import (
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/stockhand/stockhand/agent"
)

// Settings is what a connector gets to work with.
type Settings struct {
	// Decode fills a connector's own settings from its section of the
	// configuration. It refuses keys that the target does not have.
	Decode func(into any) error
	// Secret returns a secret by its name. Secrets are never part of the section.
	Secret func(name string) (string, error)
	// Dir is a folder that the connector may keep files in.
	Dir   string
	Clock agent.Clock
	Log   *slog.Logger
}

// Opener makes a connector from its settings. It does not reach for the upstream.
type Opener func(Settings) (agent.Connector, error)

var registry struct {
	sync.Mutex
	open map[string]Opener
}

// Register makes a connector known under a name. Two connectors of one name are
// a mistake in the program and panic.
func Register(name string, open Opener) {
	registry.Lock()
	defer registry.Unlock()
	if _, taken := registry.open[name]; taken || name == "" || open == nil {
		panic("connector: register " + name + ": empty, or registered before")
	}
	if registry.open == nil {
		registry.open = make(map[string]Opener)
	}
	registry.open[name] = open
}

// Names returns the names of all connectors in alphabetical order.
func Names() []string {
	registry.Lock()
	defer registry.Unlock()
	names := make([]string, 0, len(registry.open))
	for name := range registry.open {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Open opens the connector that was registered under name. Calls of what it
// returns may come from any goroutine: they are carried out one at a time.
func Open(name string, settings Settings) (agent.Connector, error) {
	registry.Lock()
	open := registry.open[name]
	registry.Unlock()
	if open == nil {
		return nil, &agent.Error{
			Code: "connector.unknown", Class: agent.Refuse,
			What:  "There is no connector called \"" + name + "\".",
			Means: "Nothing can be read from or sent to the shop.",
			Do:    "Choose one of: " + strings.Join(Names(), ", ") + ".",
		}
	}
	c, err := open(settings)
	if err != nil {
		return nil, err
	}
	return OneAtATime(c), nil
}
