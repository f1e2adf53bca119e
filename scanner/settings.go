package scanner

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Decode makes a device of its section of the configuration. Each driver has
// one. It asks Settings for the keys it knows; what it did not ask for is
// reported as unknown.
type Decode func(s *Settings) (Device, error)

// Registry maps the driver names of the configuration to their decoders. A new
// driver is one line in it.
type Registry map[string]Decode

// longestPrefix is what scanners can be set to put before a code, in bytes.
const longestPrefix = 32

// Device decodes one section. The keys "driver", "name", "disabled", "repeat"
// and "prefix" are the same for all drivers; the others belong to the driver.
func (r Registry) Device(section map[string]any) (Device, error) {
	s := NewSettings(section)
	driver, name, disabled := s.Text("driver", ""), s.Text("name", ""), s.Switch("disabled")
	repeat, prefix := s.Duration("repeat", DefaultRepeat), s.Text("prefix", "")
	if len(prefix) > longestPrefix {
		s.fail(fmt.Errorf("prefix is %d bytes long: no scanner sends more than %d", len(prefix), longestPrefix))
	}
	decode, ok := r[driver]
	if !ok {
		return Device{}, &UnknownDriver{driver, slices.Sorted(maps.Keys(r))}
	}
	d, err := decode(s)
	if err := errors.Join(err, s.Err()); err != nil {
		return Device{}, fmt.Errorf("settings of the %s scanner %q: %w", driver, name, err)
	}
	d.Name, d.Disabled, d.Repeat, d.Prefix = name, disabled, repeat, prefix
	if d.Name == "" {
		d.Name = d.ID
	}
	return d, nil
}

// Settings is a section of the configuration that is being decoded. Its methods
// collect what is wrong; Err returns all of it.
type Settings struct {
	values map[string]any
	asked  map[string]bool
	errs   []error
}

// NewSettings wraps the keys and values of a section.
func NewSettings(values map[string]any) *Settings {
	return &Settings{values: values, asked: map[string]bool{}}
}

// Text returns a text value.
func (s *Settings) Text(key, fallback string) string {
	return get(s, key, fallback, "a text in quotes", func(v any) (string, bool) {
		t, ok := v.(string)
		return t, ok
	})
}

// Switch returns a true/false value; false if it is absent.
func (s *Settings) Switch(key string) bool {
	return get(s, key, false, "true or false", func(v any) (bool, bool) {
		b, ok := v.(bool)
		return b, ok
	})
}

// Number returns a whole number.
func (s *Settings) Number(key string, fallback int) int {
	return get(s, key, fallback, "a whole number", func(v any) (int, bool) {
		switch n := v.(type) {
		case int64:
			return int(n), true
		case int:
			return n, true
		}
		return 0, false
	})
}

// Duration returns a duration above zero, written like "60ms".
func (s *Settings) Duration(key string, fallback time.Duration) time.Duration {
	return get(s, key, fallback, `a duration such as "60ms"`, func(v any) (time.Duration, bool) {
		t, _ := v.(string)
		d, err := time.ParseDuration(t)
		return d, err == nil && d > 0
	})
}

// Framing reads the keys "suffix" and "gap" over the driver's own defaults.
func (s *Settings) Framing(def Framing) Framing {
	suffix := s.Text("suffix", "auto")
	if err := def.setSuffix(suffix); err != nil {
		s.fail(err)
	}
	if gap := s.Duration("gap", 0); gap > 0 {
		def.Gap, def.Patience = gap, max(gap, def.Patience)
	}
	return def
}

func (f *Framing) setSuffix(name string) error {
	known := map[string]string{"cr": "\r", "lf": "\n", "crlf": "\r\n", "tab": "\t", "etx": "\x03"}
	switch bytes, ok := known[name]; {
	case name == "auto":
	case name == "none":
		f.NoSuffix = true
	case ok:
		f.Suffix = bytes
	default:
		return fmt.Errorf("suffix %q is not known: use auto, cr, lf, crlf, tab, etx or none", name)
	}
	return nil
}

// Feedback reads the key "feedback", the name of a profile.
func (s *Settings) Feedback() Feedback {
	f, err := FeedbackProfile(s.Text("feedback", "none"))
	if err != nil {
		s.fail(err)
	}
	return f
}

// Err returns everything that was wrong, including keys nobody asked for.
func (s *Settings) Err() error {
	errs := s.errs
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		if !s.asked[key] {
			errs = append(errs, &UnknownKey{key, slices.Sorted(maps.Keys(s.asked))})
		}
	}
	return errors.Join(errs...)
}

// UnknownDriver is the error for a section whose driver does not exist.
type UnknownDriver struct {
	Driver string   // empty where the section names none
	Known  []string // in alphabetical order
}

// Error names the driver and those that exist.
func (u *UnknownDriver) Error() string {
	if u.Driver == "" {
		return "no driver is named: use one of " + strings.Join(u.Known, ", ")
	}
	return fmt.Sprintf("scanner driver %q is not known: use one of %s", u.Driver, strings.Join(u.Known, ", "))
}

// UnknownKey is the error for a key that nobody asked for.
type UnknownKey struct {
	Key   string
	Known []string // what can be set, in alphabetical order
}

// Error names the key and those that exist.
func (u *UnknownKey) Error() string {
	return fmt.Sprintf("%q is not a setting here; the settings are %s", u.Key, strings.Join(u.Known, ", "))
}

func (s *Settings) fail(err error) { s.errs = append(s.errs, err) }

func get[T any](s *Settings, key string, fallback T, want string, as func(any) (T, bool)) T {
	s.asked[key] = true
	v, present := s.values[key]
	if !present {
		return fallback
	}
	t, ok := as(v)
	if !ok {
		s.fail(fmt.Errorf("%s = %v: it must be %s", key, v, want))
		return fallback
	}
	return t
}
