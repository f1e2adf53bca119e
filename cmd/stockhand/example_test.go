package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// check runs "config check" on a configuration.
func check(t *testing.T, text string) {
	t.Helper()
	file := t.TempDir() + "/stockhand.toml"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var complaint strings.Builder
	if code := execute(t.Context(), &terminal{in: strings.NewReader(""), out: io.Discard, err: &complaint}, []string{"config", "check", "--config", file}); code != exitOK {
		t.Errorf("exit status %d: %s", code, complaint.String())
	}
}

// What the example and the README say to write is accepted.
func TestTheExampleConfigurationIsAccepted(t *testing.T) {
	text, err := os.ReadFile("example.toml")
	if err != nil {
		t.Fatal(err)
	}
	check(t, string(text))
	// So is what it has in comments, but for the choice of the connector.
	comment := regexp.MustCompile(`(?m)^# ([a-z_]+ = .*)$`)
	all := comment.ReplaceAllString(string(text), "$1")
	all = strings.Replace(all, "port = \"/dev/ttyACM0\"", "", 1)
	check(t, all)
}

func TestTheConfigurationInTheREADMEIsAccepted(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no configuration")
	}
	for _, b := range blocks {
		check(t, string(b[1]))
	}
}

// Every command that the README's table names exists.
func TestTheREADMENamesTheCommandsThereAre(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range subcommands() {
		if !strings.Contains(string(text), "| `"+c.name) {
			t.Errorf("the README's table has no line for %q", c.name)
		}
	}
}
