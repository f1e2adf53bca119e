package csvfile

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

// Name is what the connector is called in the configuration.
const Name = "csv-folder"

// The names inside the folder.
const (
	catalogFile = "catalog.csv"
	levelsFile  = "levels.csv"
	movedFile   = "movements.csv"
	movedFolder = "movements"
	outFolder   = "out"
	doneFolder  = "done" // in outFolder
)

// tick is the resolution of times in the files: a movement and a statement of the
// same second are not put in order.
const tick = time.Second

// maxLines is the most lines of one adjustment file.
const maxLines = 1_000

// settings is the connector's section of the configuration.
type settings struct {
	Folder    string `toml:"folder" json:"folder"`
	Currency  string `toml:"currency" json:"currency"`   // of amounts without one
	Movements bool   `toml:"movements" json:"movements"` // the folder tells what moved
	TimeZone  string `toml:"time_zone" json:"time_zone"` // of times without one; default: the system's
	// ClockUncertainty is how far the clock of the exporting program may be from
	// ours, such as "5s".
	ClockUncertainty string `toml:"clock_uncertainty" json:"clock_uncertainty"`
}

// folder is the connector to one folder.
type folder struct {
	settings
	zone   *time.Location
	unsure time.Duration
	clock  agent.Clock
	host   string                 // what this computer is called
	sync   func(dir string) error // makes names in a folder durable
	linked func(from, to string) error

	unclear time.Time // since when nobody can say whose the folder is

	listing *listing  // the catalogue that is being paged through
	stock   *snapshot // what the files said when they were read last
	ledger  ledger
}

// Open makes the connector. It looks at nothing in the folder.
func Open(s connector.Settings) (agent.Connector, error) {
	f := &folder{clock: s.Clock, sync: syncFolder, linked: os.Link, zone: time.Local, unsure: 5 * time.Second}
	if err := s.Decode(&f.settings); err != nil {
		return nil, fmt.Errorf("read the section of %s: %w", Name, err)
	}
	if err := f.complete(); err != nil {
		return nil, err
	}
	f.host, _ = os.Hostname() // an empty one is a name like any other
	f.ledger.dir = s.Dir
	if f.ledger.dir == "" {
		f.ledger.dir = filepath.Join(f.Folder, ".stockhand")
	}
	if f.Movements {
		return feeding{f}, nil
	}
	return f, nil
}

// complete checks the settings.
func (f *folder) complete() (err error) {
	if f.Folder == "" {
		return setting("folder is missing.", "Set folder to the folder into which your shop system exports its stock.", nil)
	}
	if f.Folder, err = filepath.Abs(f.Folder); err != nil {
		return setting("folder cannot be used.", "Write the whole path of the folder.", err)
	}
	if f.TimeZone != "" {
		if f.zone, err = time.LoadLocation(f.TimeZone); err != nil {
			return setting(fmt.Sprintf("time_zone %q is not known.", f.TimeZone), "Use a name such as Europe/Berlin.", err)
		}
	}
	if f.ClockUncertainty != "" {
		if f.unsure, err = time.ParseDuration(f.ClockUncertainty); err != nil || f.unsure < 0 {
			return setting(fmt.Sprintf("clock_uncertainty %q is not a duration.", f.ClockUncertainty), "Write it as 5s or 1m.", err)
		}
	}
	return nil
}

func setting(what, do string, err error) error {
	return &agent.Error{
		Code: "csv.setting", Class: agent.Refuse, What: "In the section [upstream." + Name + "], " + what,
		Means: "Nothing can be read from or written to the folder.", Do: do, Err: err,
	}
}

// Info says what a folder can do: whether a file arrived is looked up by its name.
func (f *folder) Info() agent.ConnectorInfo {
	return agent.ConnectorInfo{Name: Name, Repeat: agent.LookUp, MaxLines: maxLines, Feed: f.Movements, Files: true}
}

// Locations returns the one location that a folder stands for.
func (f *folder) Locations(context.Context) ([]agent.Location, error) {
	return []agent.Location{{ID: "main", Name: filepath.Base(f.Folder), Active: true}}, nil
}

func (f *folder) path(names ...string) string {
	return filepath.Join(append([]string{f.Folder}, names...)...)
}

// present fails where the folder does not look like ours: a network share that is
// not mounted is an empty folder.
func (f *folder) present() error {
	_, err := os.Stat(f.path(catalogFile))
	if os.IsNotExist(err) {
		_, err = os.Stat(f.path(levelsFile))
	}
	if err != nil {
		return f.trouble(catalogFile, err)
	}
	return nil
}

// trouble explains why a file cannot be used. Most of it goes by itself: a share
// that is mounted again, an export that is written anew.
func (f *folder) trouble(name string, err error) error {
	e := &agent.Error{
		Code: "csv.unreachable", Class: agent.Retry, Err: err,
		What:  fmt.Sprintf("%s in %s cannot be read.", name, f.Folder),
		Means: "Counting goes on; nothing is read from or written to the shop system meanwhile.",
		Do:    "Look whether the folder can be reached. It is tried again.",
	}
	switch {
	case os.IsNotExist(err) && f.gone():
		e.Code, e.What = "csv.no-folder", fmt.Sprintf("The folder %s is not there.", f.Folder)
		e.Do = "Look whether the name is right and the drive or share is connected. It is tried again."
	case os.IsNotExist(err):
		e.Code, e.What = "csv.missing", fmt.Sprintf("There is no %s in %s.", name, f.Folder)
		e.Do = "Look whether the folder is the right one, can be reached, and whether the export ran. It is tried again."
	case os.IsPermission(err):
		e.Code, e.Class, e.What = "csv.rights", agent.Refuse, fmt.Sprintf("The agent may not use %s in %s.", name, f.Folder)
		e.Do = "Give the user under which the agent runs the right to read the folder and to write into \"" + outFolder + "\"."
	}
	return e
}

// gone reports whether the folder itself is missing, and not only a file in it.
func (f *folder) gone() bool {
	_, err := os.Stat(f.Folder)
	return os.IsNotExist(err)
}

// stamp identifies the content of a file as far as its folder tells.
type stamp struct {
	size int64
	at   time.Time
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime()} }
