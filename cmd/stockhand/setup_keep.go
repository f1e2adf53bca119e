package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
		if err := replaceFile(backup, s.old, s.mode, s.path); err != nil {
			return "", notKept(backup, err)
		}
	}
	if err := s.config.keepSecrets(s.secrets); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o755); err != nil {
		return "", notKept(s.path, err)
	}
	if err := replaceFile(s.path, []byte(text), s.mode, s.path); err != nil {
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
	_, err := os.Lstat(folder)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err := errors.Join(os.MkdirAll(kept, 0o700), ownedLike(kept, c.Agent.Data)); err != nil {
		return notKept(kept, err)
	}
	if fresh {
		if err := ownedLike(folder, c.Agent.Data); err != nil {
			return notKept(folder, err)
		}
	}
	for name, secret := range secrets {
		path := filepath.Join(folder, name)
		was, err := regular(path)
		if err != nil {
			return notKept(path, err)
		}
		if err := replaceFile(filepath.Join(kept, name), was, 0o600, c.Agent.Data); err != nil {
			return notKept(kept, err)
		}
		if err := c.putSecret(path, secret); err != nil {
			return notKept(path, err)
		}
	}
	return nil
}

// putSecret stores one secret, or removes it where it is empty.
func (c *config) putSecret(path, secret string) error {
	if secret == "" {
		return gone(os.Remove(path))
	}
	return replaceFile(path, []byte(secret+"\n"), 0o600, c.Agent.Data)
}

// regular reads a file that may be missing. A link is not followed: root may run this
// in a folder that another user can write to.
func regular(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, gone(err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a plain file", path)
	}
	return os.ReadFile(path)
}

// gone forgives that what is to be removed is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// replaceFile writes a file whole: whoever reads it finds the old or the new one, also
// after a power cut. It belongs to whom the file like belongs to.
func replaceFile(path string, text []byte, mode fs.FileMode, like string) (err error) {
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
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close(), ownedLike(f.Name(), like)); err != nil {
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
		err = replaceFile(s.path, text, s.mode, s.path)
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
		was, err := regular(filepath.Join(kept, e.Name()))
		if err == nil {
			err = c.putSecret(filepath.Join(c.Agent.Secrets, e.Name()), strings.TrimSpace(string(was)))
		}
		if err != nil {
			return names, fmt.Errorf("restore the secret %s: %w", e.Name(), err)
		}
		names = append(names, e.Name())
	}
	return names, os.RemoveAll(kept)
}
