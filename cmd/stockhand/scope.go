package main

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// scopeFlags are the flags by which a command says what a count is about.
type scopeFlags struct {
	scope station.OpenScope
	file  string // with the names of items, one a line
}

func addScope(set *flag.FlagSet) *scopeFlags {
	f := &scopeFlags{}
	each(set, "zone", func(text string) { f.scope.Zones = append(f.scope.Zones, agent.Zone(text)) })
	each(set, "bin", func(text string) { f.scope.Bins = append(f.scope.Bins, agent.Bin(text)) })
	each(set, "item", func(text string) { f.scope.Names = append(f.scope.Names, text) })
	each(set, "class", func(text string) { f.scope.Classes = append(f.scope.Classes, classNamed(text)) })
	set.StringVar(&f.file, "items-file", "", "")
	return f
}

// each adds a flag that may be given several times, each time with one or with several
// values between commas.
func each(set *flag.FlagSet, name string, take func(string)) {
	set.Func(name, "", func(text string) error {
		for one := range strings.SplitSeq(text, ",") {
			one = strings.TrimSpace(one)
			if one == "" {
				return fmt.Errorf("it names nothing")
			}
			take(one)
		}
		return nil
	})
}

// classNamed is how a plan writes a class.
func classNamed(text string) string {
	if strings.EqualFold(text, "none") {
		return "none"
	}
	return strings.ToUpper(text)
}

// ask asks with the scope for a result. A file's items are sent along beside the
// question, since there may be very many.
func (f *scopeFlags) ask(ctx context.Context, t *terminal, a asker, op string, args func(station.OpenScope) any, result any) error {
	p := t.progress()
	defer p.end()
	c := call{op: op, args: args(f.scope), result: result, told: itemsTold(p)}
	if f.file == "" {
		return a.ask(ctx, c)
	}
	file, err := os.Open(f.file)
	if err != nil {
		return usageError{fmt.Sprintf("the list of items can't be read: %v", err)}
	}
	defer file.Close()
	c.op, c.body = op+"-list", file
	return a.ask(ctx, c)
}

// maxListFile bounds how long a list of items can be, in bytes.
const maxListFile = 64 << 20

// readNames reads the names of items, one a line. Blank lines and what stands after
// a # at the beginning of a line are left out, and so is all after a comma: the first
// column of a table will do.
func readNames(from io.Reader) ([]string, error) {
	lines := bufio.NewScanner(io.LimitReader(from, maxListFile))
	lines.Buffer(nil, 1<<20)
	var names []string
	for lines.Scan() {
		name, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), ",")
		name = strings.Trim(strings.TrimSpace(name), `"`)
		if name != "" && !strings.HasPrefix(name, "#") && !(len(names) == 0 && strings.EqualFold(name, "sku")) {
			names = append(names, name)
		}
	}
	return names, lines.Err()
}

func countOpen(ctx context.Context, t *terminal, args []string) error {
	set := flags("count open")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	name, kind, age := set.String("name", "", ""), set.String("type", "", ""), set.Int("max-age", 0, "")
	scope := addScope(set)
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var count agent.Count
		err := scope.ask(ctx, t, a, "count.open", func(of station.OpenScope) any {
			return station.OpenCount{Name: *name, Type: agent.CountType(*kind), Scope: of, MaxAge: time.Duration(*age) * 24 * time.Hour}
		}, &count)
		if err != nil {
			return err
		}
		return t.opened(a, count, *asJSON)
	})
}

// opened shows a count that was just opened.
func (t *terminal) opened(a asker, count agent.Count, asJSON bool) error {
	alone(a, "the count is open, and scans are taken when an agent runs.")
	if asJSON {
		return t.json(count)
	}
	t.printf("%s is open: %q, %s%s.\n", count.ID, count.Name, count.Type, aboutScope(count.Scope))
	return nil
}

// aboutScope says what a count is about.
func aboutScope(scope agent.Scope) string {
	var parts []string
	add := func(what string, names []string) {
		if len(names) == 0 {
			return
		}
		if more := len(names) - 8; more > 0 {
			names = append(names[:8:8], fmt.Sprintf("%d more", more))
		}
		parts = append(parts, what+" "+clean(strings.Join(names, ", ")))
	}
	add("zone", texts(scope.Zones))
	add("bin", texts(scope.Bins))
	add("class", scope.Classes)
	if scope.Listed > 0 {
		parts = append(parts, plural(scope.Listed, "item", "items")+" on its list")
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

func texts[T ~string](list []T) []string {
	var all []string
	for _, one := range list {
		all = append(all, string(one))
	}
	return all
}

func countCheck(ctx context.Context, t *terminal, args []string) error {
	set := flags("count check")
	path, asJSON, kind := configFlag(set), set.Bool("json", false, ""), set.String("type", "", "")
	scope := addScope(set)
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var checked station.CheckedCount
		err := scope.ask(ctx, t, a, "count.check", func(of station.OpenScope) any {
			return station.CheckCount{Count: agent.CountID(named), Type: agent.CountType(*kind), Scope: of}
		}, &checked)
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(checked)
		}
		printChecked(t, checked)
		return nil
	})
}

func printChecked(t *terminal, c station.CheckedCount) {
	t.printf("%s looked at.\n", plural(c.Items, "item was", "items were"))
	if len(c.Troubles) == 0 {
		t.printf("Nothing stands against counting them.\n")
	}
	for _, trouble := range c.Troubles {
		t.printf("\n%s\n", trouble.Sentence)
		for _, item := range trouble.Items {
			t.printf("  %s\n", clean(strings.Join(nonEmpty(item.SKU, item.Name), " · ")))
		}
		if more := trouble.Number - int64(len(trouble.Items)); more > 0 {
			t.printf("  and %s more\n", thousands(more))
		}
	}
	printAtRisk(t, c)
	t.printf("\n")
	if !c.AsOf.IsZero() {
		t.printf("By the shop's numbers of %s or later.\n", t.here(c.AsOf).Format("2006-01-02 15:04:05"))
	}
	for _, text := range c.NotKnown {
		t.printf("%s\n", text)
	}
}

// printAtRisk shows what the shop was asked for of the items.
func printAtRisk(t *terminal, c station.CheckedCount) {
	if len(c.Findings) == 0 {
		return
	}
	t.printf("\nThe shop was asked:\n")
	for _, f := range c.Findings {
		t.printFinding(f)
	}
	if len(c.AtRisk) > 0 {
		var names []string
		for _, item := range c.AtRisk[:min(len(c.AtRisk), 20)] {
			names = append(names, cmp.Or(item.SKU, item.Name, string(item.Item)))
		}
		t.printf("Look at these first: %s.\n", clean(strings.Join(names, ", ")))
	}
}

func nonEmpty(texts ...string) []string {
	var list []string
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			list = append(list, text)
		}
	}
	return list
}
