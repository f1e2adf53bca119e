package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/stockhand/stockhand/agent"
)

var errNoSecret = errors.New("there is no such file")

// maxSecret is longer than any token or key.
const maxSecret = 16 << 10

// secret returns a secret by its name. What the service manager hands over goes
// before what lies in the folder of secrets. A secret is never part of an error.
func (c *config) secret(name string) (string, error) {
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("%q is not the name of a secret", name)
	}
	if folder := os.Getenv("CREDENTIALS_DIRECTORY"); folder != "" {
		// The packaged unit knows one name for whatever token the upstream needs.
		for _, file := range []string{name, "upstream-" + strings.TrimPrefix(filepath.Ext(name), ".")} {
			text, err := readSecret(filepath.Join(folder, file))
			if err == nil && text != "unset" {
				return text, nil
			}
		}
	}
	path := filepath.Join(c.Agent.Secrets, name)
	text, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", secretError(fmt.Sprintf("The secret %q is not there.", name), "Write it into the file "+path+" and run: chmod 600 "+path, errNoSecret)
	}
	if err != nil {
		return "", secretError(fmt.Sprintf("The secret %q cannot be read.", name), "Check that the user who runs the agent may read "+path+".", err)
	}
	if err := private(name, path); err != nil {
		return "", err
	}
	return text, nil
}

// askedSecrets remembers which secrets a connector asked for in vain.
type askedSecrets struct {
	config  *config
	mu      sync.Mutex
	missing bool
	wrong   error // why one that is there cannot be used
}

func (a *askedSecrets) secret(name string) (string, error) {
	text, err := a.config.secret(name)
	if err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		if errors.Is(err, errNoSecret) {
			a.missing = true
		} else {
			a.wrong = err
		}
	}
	return text, err
}

// explain adds to a connector's error what is known of its secrets.
func (a *askedSecrets) explain(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wrong != nil {
		return a.wrong
	}
	var e *agent.Error
	if !a.missing || !errors.As(err, &e) {
		return err
	}
	with := *e
	with.Do += " A secret is a file of its name in the folder " + a.config.Agent.Secrets + ", with the rights that this gives: chmod 600 FILE"
	return &with
}

func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSecret))
	text = bytes.TrimSpace(text)
	if err == nil && len(text) == 0 {
		err = errors.New("the file is empty")
	}
	return string(text), err
}

// private refuses a secret that other users of the machine can read. On Windows
// the rights of the folder, which the agent sets, protect it.
func private(name, path string) error {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	return secretError(fmt.Sprintf("Other users of this machine can read the secret %q.", name),
		"Run: chmod 600 "+path+" - and make a new secret in the shop's system if somebody may have read this one.", nil)
}

func secretError(what, do string, err error) error {
	return &agent.Error{
		Code: "secret", Class: agent.Refuse, What: what,
		Means: "The shop cannot be reached without it.", Do: do, Err: err,
	}
}
