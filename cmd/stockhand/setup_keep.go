package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stockhand/stockhand/agent"
)

// beforeSetup ends the name of the configuration as it was before the last set-up, and
// names the folder of the secrets that it replaced.
const beforeSetup = ".before-setup"

// keep puts a new configuration and new secrets in force, and keeps the old ones for
// "setup undo". The file is replaced last and whole: until then the old one counts.
func (s *setup) keep(text string) (backup string, err error) {
	if now, err := os.ReadFile(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) || !bytes.Equal(now, s.old) {
		return "", configError(s.path, "The configuration was changed while it was set up.", "Nothing was changed. Run set-up again.", err)
	}
	if s.existed {
		backup = s.path + beforeSetup
		if err := replaceFile(backup, s.old, s.mode); err != nil {
			return "", notKept(backup, err)
		}
	}
	if err := s.config.keepSecrets(s.secrets); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o755); err != nil {
		return "", notKept(s.path, err)
	}
	if err := replaceFile(s.path, []byte(text), s.mode); err != nil {
		return "", notKept(s.path, err)
	}
	return backup, nil
}

func notKept(path string, err error) error {
	return &agent.Error{
		Code: "setup-not-kept", Class: agent.Refuse, Err: err, What: "The file " + path + " cannot be written.",
		Means: "The configuration is as it was.", Do: "Run set-up as a user who may write there.",
	}
}

// keepSecrets stores secrets by their names; an empty one is removed. What stood there
// is kept for an undo, an empty file where nothing did.
func (c *config) keepSecrets(secrets map[string]string) error {
	folder := c.Agent.Secrets
	kept := filepath.Join(folder, beforeSetup)
	if err := os.RemoveAll(kept); err != nil {
		return notKept(kept, err)
	}
	if len(secrets) == 0 {
		return nil
	}
	if err := os.MkdirAll(kept, 0o700); err != nil {
		return notKept(kept, err)
	}
	for name, secret := range secrets {
		path := filepath.Join(folder, name)
		was, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return notKept(path, err)
		}
		if err := replaceFile(filepath.Join(kept, name), was, 0o600); err != nil {
			return notKept(kept, err)
		}
		if secret == "" {
			err = gone(os.Remove(path))
		} else {
			err = replaceFile(path, []byte(secret+"\n"), 0o600)
		}
		if err != nil {
			return notKept(path, err)
		}
	}
	return sameOwner(folder, c.Agent.Data)
}

// gone forgives that what is to be removed is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// replaceFile writes a file whole: whoever reads it finds the old or the new one, also
// after a power cut.
func replaceFile(path string, text []byte, mode fs.FileMode) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".setup-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// undo brings back what was in force before the last set-up.
func (s *setup) undo() error {
	backup := s.path + beforeSetup
	text, err := os.ReadFile(backup)
	if err != nil {
		return &agent.Error{
			Code: "setup-undo", Class: agent.Refuse, Err: err, What: "There is nothing to undo: no set-up has replaced " + s.path + ", or it was undone.",
			Means: "Nothing was changed.", Do: "There is nothing to do.",
		}
	}
	names, err := s.config.restoreSecrets()
	if err == nil {
		err = replaceFile(s.path, text, s.mode)
	}
	if err == nil {
		err = os.Remove(backup)
	}
	if err != nil {
		return notKept(s.path, err)
	}
	s.t.printf("%s is as it was before the last set-up", s.path)
	if len(names) > 0 {
		s.t.printf(", and so are the secrets of the shop")
	}
	s.t.printf(".\n%s\n", restart)
	return nil
}

// restoreSecrets brings back what keepSecrets kept, and returns their names.
func (c *config) restoreSecrets() (names []string, err error) {
	kept := filepath.Join(c.Agent.Secrets, beforeSetup)
	entries, err := os.ReadDir(kept)
	if err != nil {
		return nil, gone(err)
	}
	for _, e := range entries {
		was, err := os.ReadFile(filepath.Join(kept, e.Name()))
		path := filepath.Join(c.Agent.Secrets, e.Name())
		switch {
		case err != nil:
		case len(was) == 0:
			err = gone(os.Remove(path))
		default:
			err = replaceFile(path, was, 0o600)
		}
		if err != nil {
			return names, fmt.Errorf("restore the secret %s: %w", e.Name(), err)
		}
		names = append(names, e.Name())
	}
	return names, errors.Join(sameOwner(c.Agent.Secrets, c.Agent.Data), os.RemoveAll(kept))
}
