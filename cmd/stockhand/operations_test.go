package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// openTest opens an agent's works on a folder of its own.
func openTest(t *testing.T, more string) *works {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stockhand.toml")
	if err := os.WriteFile(file, []byte("[agent]\ndata = \"data\"\n"+more), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := openWorks(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.queue.Close() })
	return w
}

func (w *works) as(t *testing.T, role agent.Role, op, args string) (any, error) {
	t.Helper()
	caller := agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "ana"}, Role: role, Origin: "test"}
	return w.dispatch(t.Context(), caller, "", op, []byte(args))
}

// Every operation is refused to whoever lacks its right, before it looks at
// anything.
func TestEachOperationNeedsItsRight(t *testing.T) {
	w := openTest(t, "")
	for op, least := range map[string]agent.Role{
		"upload.pause": agent.Manager, "upload.resume": agent.Manager, "upload.export": agent.Manager,
		"upload.now": agent.Manager, "upload.status": agent.Manager, "upload.dry-run": agent.Manager, "upload.check": agent.Manager, "upload.take-over": agent.Admin,
		"simulation.turn": agent.Manager, "catalog.import": agent.Admin, "catalog.sync": agent.Admin, "catalog.state": agent.Manager, "catalog.export": agent.Manager, "count.report": agent.Manager,
		"doctor.run": agent.Manager, "doctor.state": agent.Manager, "doctor.count": agent.Manager, "doctor.live-checks": agent.Manager,
		"catalog.items": agent.Manager, "devices.states": agent.Counter, "count.open-list": agent.Manager, "count.check-list": agent.Manager,
	} {
		for _, role := range []agent.Role{"", agent.POS, agent.Counter, agent.Manager, agent.Admin} {
			_, err := w.as(t, role, op, "")
			allowed := role == agent.Admin || role == least || role == agent.Manager && least == agent.Counter
			if forbidden := err != nil && agent.AsError(err).Code == "forbidden"; forbidden == allowed {
				t.Errorf("%s as %q: %v", op, role, err)
			}
		}
	}
}

func TestUnknownArgumentsAreRefused(t *testing.T) {
	w := openTest(t, "")
	for _, args := range []string{`{"itms":["pen"]}`, `[1]`, `{"items":7}`, `{`} {
		if _, err := w.as(t, agent.Admin, "catalog.items", args); err == nil || agent.AsError(err).Code != "bad_arguments" {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestWithoutAnUpstreamTheUploadSaysSo(t *testing.T) {
	w := openTest(t, "")
	for _, op := range []string{"upload.now", "upload.dry-run", "upload.check", "upload.take-over", "catalog.sync"} {
		if _, err := w.as(t, agent.Admin, op, ""); err == nil || agent.AsError(err).Code != "no-upstream" {
			t.Errorf("%s: %v", op, err)
		}
	}
	if _, err := w.as(t, agent.Admin, "upload.status", ""); err != nil {
		t.Errorf("upload.status: %v", err)
	}
	if _, err := w.as(t, agent.Admin, "simulation.turn", `{"name":"x","on":true}`); err == nil || agent.AsError(err).Code != "no-simulation" {
		t.Errorf("simulation.turn: %v", err)
	}
}

// An import that breaks off leaves the catalogue in force as it was, and no file.
func TestAnImportThatBreaksOffChangesNothing(t *testing.T) {
	w := openTest(t, "")
	if _, err := w.as(t, agent.Admin, "catalog.import", `{"source":"a.csv","csv":"sku,name\nA1,Pen\n"}`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tell := func(any) error { cancel(); return nil }
	ctx = local.With(ctx, local.Exchange{Body: strings.NewReader("sku\n" + strings.Repeat("B\n", 1) + many(5000)), Tell: tell})
	if _, err := w.dispatch(ctx, admin(), "", "catalog.import", nil); err == nil {
		t.Fatal("an import whose caller hung up succeeded")
	}
	got, err := w.as(t, agent.Manager, "catalog.items", `{"items":["A1"]}`)
	if items := got.([]agent.Item); err != nil || len(items) != 1 {
		t.Fatalf("found %v, %v", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(w.config.Agent.Data, "import-*")); len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("N")
		b.WriteString(number(int64(i)))
		b.WriteString("\n")
	}
	return b.String()
}

// Where the shop's system has identities of its own, a file adds to its items and
// never makes, loses or renames one.
func TestAFileOnlyAddsToTheShopsOwnItems(t *testing.T) {
	w := openTest(t, "")
	shop := []agent.Item{
		{ID: "gid://1", SKU: "A1", Name: "Pen", Tracked: true, Codes: []agent.Barcode{{Text: "111", Pack: 1}}, Bins: []agent.Bin{"OLD"}},
		{ID: "gid://2", SKU: "B2", Name: "Cup", Tracked: true},
		{ID: "gid://3", SKU: "B2", Name: "Same SKU", Tracked: true},
	}
	if _, err := w.queue.Replace(t.Context(), admin().Actor, w.clock.Now(), "shopify", oneByOne(shop), []agent.Place{{Bin: "OLD", Zone: "Z"}}, nil); err != nil {
		t.Fatal(err)
	}
	w.config.Upstream.Connector = "shopify"
	text, _ := json.Marshal(importCatalog{Source: "bins.csv", CSV: "sku,name,barcode,bin,zone\nA1,Renamed,222=6,NEW,Front\nB2,,,X,Front\nZZ,New,,X,Front\n"})
	got, err := w.as(t, agent.Admin, "catalog.import", string(text))
	r := got.(imported)
	if err != nil || r.LeftOut != 2 || !r.Merged || r.Fact.Items != 3 {
		t.Fatalf("got %+v, %v", r, err)
	}
	all, err := w.as(t, agent.Admin, "catalog.items", `{"items":["gid://1"]}`)
	items := all.([]agent.Item)
	if err != nil || len(items) != 1 || items[0].Name != "Pen" || len(items[0].Codes) != 2 || items[0].Codes[1].Pack != 6 || items[0].Bins[0] != "NEW" {
		t.Fatalf("got %+v, %v", all, err)
	}
}

func admin() agent.Caller {
	return agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "test"}, Role: agent.Admin, Origin: "test"}
}

// A refusal may name a barcode; the log has its code only.
func TestARefusedCommandIsLoggedByItsCode(t *testing.T) {
	w := openTest(t, "")
	var log strings.Builder
	w.log = slog.New(slog.NewTextHandler(&log, nil))
	if _, err := w.as(t, agent.Admin, "count.open", `{"name":"x"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.as(t, agent.Admin, "pass.open", `{"count":"count-1"}`); err != nil {
		t.Fatal(err)
	}
	_, err := w.as(t, agent.Admin, "entry.set", `{"pass":"pass-1","code":"4006381333931","quantity":1}`)
	if err == nil || !strings.Contains(err.Error(), "4006381333931") {
		t.Fatalf("got %v", err)
	}
	if text := log.String(); !strings.Contains(text, "code="+agent.AsError(err).Code) || strings.Contains(text, "4006381333931") {
		t.Fatalf("logged: %s", text)
	}
}

// What to do stands by itself, whatever the upstream's error said: a command is not
// tried again by the agent.
func TestAFailedCommandSaysToGiveItAgain(t *testing.T) {
	for do, want := range map[string]string{
		"": "Give the command again.",
		"There is nothing to do: it is tried again by itself.":                                              "Give the command again.",
		"There is nothing to do: it is looked up again.":                                                    "Give the command again.",
		"There is nothing to do at first: it is tried again by itself. If it lasts, look at the log.":       "Give the command again. If it lasts, look at the log.",
		"Look whether the folder can be reached. It is tried again.":                                        "Look whether the folder can be reached. Then give the command again.",
		"Export it again. The exporting program must end every line with a line break; best it renames it.": "Export it again. The exporting program must end every line with a line break; best it renames it. Then give the command again.",
	} {
		got := agent.AsError(once(&agent.Error{Class: agent.Retry, What: "It failed.", Do: do}, "Nothing was changed."))
		if got.Do != want || got.Means != "Nothing was changed." {
			t.Errorf("%q became %q, want %q", do, got.Do, want)
		}
	}
}

// An operation that panics does not take the agent down: the log tells where it was.
func TestAnOperationThatPanicsIsLoggedWithItsStack(t *testing.T) {
	w := openTest(t, "")
	var log bytes.Buffer
	w.log = slog.New(slog.NewTextHandler(&log, nil))
	w.station.Handle("test.fail", func(context.Context, agent.Caller, string, json.RawMessage) (any, error) { panic("a mistake") })
	_, err := w.as(t, agent.Admin, "test.fail", "")
	if e := agent.AsError(err); e.Code != "internal" || e.Do == "" {
		t.Fatalf("answered with %v", err)
	}
	for _, want := range []string{"level=ERROR", "op=test.fail", "code=internal", "a mistake", "operations_test.go:"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, &log)
		}
	}
	if _, err := w.as(t, agent.Admin, "count.open", "{}"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
