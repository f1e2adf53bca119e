package main

import (
	"strings"
	"testing"
)

func TestAnEditLeavesEverythingElseAsItStands(t *testing.T) {
	for name, tt := range map[string]struct{ old, new string }{
		"a new section":     {"[agent]\ndata = \"d\"\n", "[agent]\ndata = \"d\"\n\n[upstream]\nowner = \"x\"\n"},
		"no end of line":    {"[agent]\ndata = \"d\"", "[agent]\ndata = \"d\"\n\n[upstream]\nowner = \"x\"\n"},
		"a new key":         {"[upstream] # mine\n# owner = 1\nconnector = \"a\"\n\n[page]\nport = 1\n", "[upstream] # mine\n# owner = 1\nconnector = \"a\"\nowner = \"x\"\n\n[page]\nport = 1\n"},
		"a key":             {"[ upstream ]\n  owner='y' # old\nb = 1\n", "[ upstream ]\n  owner=\"x\" # old\nb = 1\n"},
		"Windows":           {"[upstream]\r\nowner = \"y\"\r\n", "[upstream]\r\nowner = \"x\"\r\n"},
		"the same":          {"[upstream]\nowner = 'x'\n", "[upstream]\nowner = 'x'\n"},
		"a section of it":   {"[upstream.shopify]\nowner = \"z\"\n", "[upstream.shopify]\nowner = \"z\"\n\n[upstream]\nowner = \"x\"\n"},
		"a number":          {"[upstream]\nowner = 7\n", "[upstream]\nowner = \"x\"\n"},
		"nothing but that":  {"", "\n[upstream]\nowner = \"x\"\n"},
		"a key's beginning": {"[upstream]\nowners = \"y\"\n", "[upstream]\nowners = \"y\"\nowner = \"x\"\n"},
	} {
		got, err := editConfig("f", tt.old, []edit{{"upstream", "owner", "x"}})
		if err != nil || got != tt.new {
			t.Errorf("%s: %v\n%q, must be\n%q", name, err, got, tt.new)
		}
	}
}

// What is written in a way that an edit would spoil is left alone, with the lines that
// a person can write.
func TestAnEditThatWouldSpoilTheFileIsNotMade(t *testing.T) {
	for _, old := range []string{
		"upstream = {owner = \"y\"}\n",
		"upstream.owner = \"y\"\n",
		"[upstream]\nowner = \"\"\"\ny\n\"\"\"\n",
		"[\"upstream\"]\nowner = \"y\"\n",
		"note = \"\"\"\n[upstream]\n\"\"\"\n[upstream]\nowner = \"y\"\n",
	} {
		got, err := editConfig("f", old, []edit{{"upstream", "owner", "x"}})
		if err == nil || got != "" || !strings.Contains(err.Error(), `[upstream] owner = "x"`) {
			t.Errorf("%q became %q, %v", old, got, err)
		}
	}
}

func TestTextsAreWrittenSoThatTheyAreReadBack(t *testing.T) {
	for _, text := range []string{`C:\Shop\out`, `it's "here"\`, "tab\tand\x00\x7f", "Äpfel 🍏", ""} {
		got, err := editConfig("f", "[upstream]\nowner = \"y\"\n", []edit{{"upstream", "owner", text}})
		if err != nil {
			t.Errorf("%q: %v in %q", text, err, got)
		}
	}
}
