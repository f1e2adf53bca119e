package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// secretsIn returns a configuration whose secrets lie in a new folder.
func secretsIn(t *testing.T) (*config, string) {
	t.Helper()
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	c := &config{}
	c.Agent.Secrets = t.TempDir()
	return c, filepath.Join(c.Agent.Secrets, "shopify.token")
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

func TestASecretIsReadWithoutItsLineEnd(t *testing.T) {
	c, path := secretsIn(t)
	write(t, path, "hush\r\n", 0o600)
	if got, err := c.secret("shopify.token"); err != nil || got != "hush" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestASecretThatOthersCanReadIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the folder's rights protect it")
	}
	c, path := secretsIn(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o666} {
		write(t, path, "hush", mode)
		got, err := c.secret("shopify.token")
		if got != "" || err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) || strings.Contains(err.Error(), "hush") {
			t.Errorf("with the rights %v: %q, %v", mode, got, err)
		}
	}
}

func TestWhatTheServiceManagerHandsOverGoesFirst(t *testing.T) {
	c, path := secretsIn(t)
	write(t, path, "from the folder", 0o600)
	given := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", given)
	write(t, filepath.Join(given, "upstream-token"), "unset", 0o400)
	if got, err := c.secret("shopify.token"); err != nil || got != "from the folder" {
		t.Fatalf("without a credential: %q, %v", got, err)
	}
	write(t, filepath.Join(given, "shopify.token"), "handed over", 0o440)
	if got, err := c.secret("shopify.token"); err != nil || got != "handed over" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	c, _ := secretsIn(t)
	for _, name := range []string{"", ".", "..", "../x", "a/b", ".hidden"} {
		if got, err := c.secret(name); err == nil {
			t.Errorf("%q gave %q", name, got)
		}
	}
}

func TestAnEmptyOrMissingSecretIsSaidWithItsPlace(t *testing.T) {
	c, path := secretsIn(t)
	_, err := c.secret("shopify.token")
	if e := agent.AsError(err); e.Code != "secret" || !strings.Contains(e.Do, path) || !errors.Is(err, errNoSecret) {
		t.Fatalf("missing: %v", err)
	}
	write(t, path, " \n", 0o600)
	if _, err := c.secret("shopify.token"); err == nil || errors.Is(err, errNoSecret) {
		t.Fatalf("empty: %v", err)
	}
}
