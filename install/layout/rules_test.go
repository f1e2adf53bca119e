package layout

import (
	"path"
	"strings"
)

const module = "github.com/stockhand/stockhand"

// rule says which packages of ours a package may import. Paths are without
// the module's; "x/..." is x and all below it; "." is the family that the
// rule's own pattern has found (for agent/connector/*/..., one connector).
type rule struct {
	of  string
	may []string
	why string
}

// The domain's nouns and the pure packages beside it: whoever has a port to
// implement or a sum to make may use them.
var domain = []string{"agent", "agent/barcode", "agent/reconcile", "agent/plan", "agent/metrics"}

func with(more ...string) []string { return append(append([]string{}, domain...), more...) }

// rules are tried from the top; the first whose pattern fits counts.
var rules = []rule{
	{
		"agent",
		[]string{"agent/barcode"},
		"the nouns must be readable, and testable, without anything around them",
	},
	{
		"agent/barcode", nil,
		"parsing a barcode is pure: bytes in, code out",
	},
	{
		"agent/reconcile",
		[]string{"agent", "agent/barcode"},
		"the sums of a count are pure, so that every case can be put in a table",
	},
	{
		"agent/plan",
		[]string{"agent"},
		"what is due when is pure, so that every case can be put in a table",
	},
	{
		"agent/metrics",
		[]string{"agent", "agent/plan"},
		"what a figure means is pure, so that every case can be put in a table",
	},
	{
		"agent/station", domain,
		"the use cases know no transport and no database; they get both through the ports in agent",
	},
	{
		"agent/connector/connectortest/...",
		[]string{"agent", "agent/barcode", "agent/connector", "."},
		"the conformance suite knows the contract only, or it would fit one connector",
	},
	{
		"agent/connector/*/...",
		[]string{"agent", "agent/barcode", "agent/connector", "."},
		"a connector is one folder: taking it out must not break anything else",
	},
	{
		"agent/connector",
		[]string{"agent"},
		"the registry knows the contract, not the connectors",
	},
	{
		"agent/*/...", with("."),
		"parts of the agent meet through the ports in agent, never each other, so that each can be tested and replaced alone",
	},
	{
		"queue/...", with("."),
		"the database implements ports of agent and knows nobody who uses them",
	},
	{
		"ui", with("ui/..."),
		"the page reaches everything through the ports in agent",
	},
	{
		"ui/*/...", with("."),
		"the hub, the POS protocol and the page's files do not know each other; ui puts them together",
	},
	{
		"scanner/...",
		[]string{"."},
		"drivers know bytes and devices, not stock: cmd turns a read into a scan",
	},
	{
		"install/...",
		[]string{"."},
		"installing must work when nothing else does",
	},
	{
		"cmd/...",
		[]string{"..."},
		"the one place that knows every package",
	},
}

// fit finds the rule for a package and the family it belongs to.
func fit(pkg string) (r rule, family string, ok bool) {
	for _, r := range rules {
		if family, ok := match(r.of, pkg); ok {
			return r, family, true
		}
	}
	return rule{}, "", false
}

// match compares a path with a pattern, part by part, and returns the part of
// the path that the pattern names.
func match(pattern, pkg string) (family string, ok bool) {
	pattern, below := strings.CutSuffix(pattern, "...")
	want := strings.FieldsFunc(pattern, func(r rune) bool { return r == '/' })
	have := strings.Split(pkg, "/")
	if len(have) < len(want) || len(have) > len(want) && !below {
		return "", false
	}
	for i, w := range want {
		if w != "*" && w != have[i] {
			return "", false
		}
	}
	return path.Join(have[:len(want)]...), true
}

// allows tells whether the rule lets pkg, of a family, import target.
func (r rule) allows(family, target string) bool {
	for _, p := range r.may {
		if p == "." {
			p = family + "/..."
		}
		if _, ok := match(p, target); ok {
			return true
		}
	}
	return false
}

// reserved are packages of others that only some of ours may import. An entry
// that ends in "/" covers everything below it.
var reserved = []struct {
	imports []string
	only    []string
	why     string
}{
	{
		[]string{"os/exec"},
		[]string{"install/...", "cmd/stockhand/...", "scanner/usbtest/guest"},
		"a service that reads hostile input starts no programs; only the installation, the demo and the first process of a test machine do",
	},
	{
		[]string{"database/sql", "database/sql/driver", "github.com/mattn/go-sqlite3"},
		[]string{"queue/..."},
		"whoever opens the database beside queue opens it without queue's settings, and may lose scans",
	},
	{
		[]string{"github.com/gorilla/websocket"},
		[]string{"ui/...", "cmd/..."},
		"browsers are spoken to in ui only, where the checks of origin and identity are",
	},
	{
		[]string{"go.bug.st/"},
		[]string{"scanner/...", "cmd/..."},
		"devices are opened in scanner only",
	},
	{
		[]string{"github.com/kardianos/"},
		[]string{"install/..."},
		"the service manager is spoken to in install only",
	},
}

// impure are packages that give a result that does not follow from the
// arguments alone, or outlive the call.
var impure = []string{
	"os", "os/", "net", "net/", "database/", "syscall", "log", "log/",
	"math/rand", "math/rand/", "crypto/rand", "sync", "sync/", "io/ioutil", "runtime", "embed",
}

var pure = []string{"agent", "agent/barcode", "agent/reconcile", "agent/plan", "agent/metrics"}

// rivals are other builds of SQLite. Two in one process drop each other's file
// locks, and with them the log of the last commits.
var rivals = []string{
	"modernc.org/sqlite", "github.com/glebarez/", "github.com/ncruces/go-sqlite3",
	"crawshaw.io/sqlite", "zombiezen.com/go/sqlite", "github.com/tursodatabase/", "gorm.io/driver/sqlite",
}

func listed(list []string, pkg string) bool {
	for _, l := range list {
		if pkg == l || strings.HasSuffix(l, "/") && strings.HasPrefix(pkg, l) {
			return true
		}
	}
	return false
}
