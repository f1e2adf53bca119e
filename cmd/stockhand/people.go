package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func peopleCommand() subcommand {
	return subcommand{
		name: "people", summary: "who works here: add, change, remove and list people",
		help: `Usage:
  stockhand people add NAME [--role counter|manager] [--no-pin] [--no-badge]
                                   asks for a PIN and prints the text of a badge
  stockhand people change NAME [--role counter|manager] [--pin] [--badge]
                                   a new PIN, a new badge; the old one is worth nothing
  stockhand people remove NAME     what the person did stays in the log, with the name
  stockhand people list

A PIN has 6 to 12 digits. It is not shown while it is typed, and without a terminal
it is read from the input. Print the badge's text as Code 128 or QR: it is told once.

Where the configuration wants two people (verify_by_other, approve_by_other), nothing
counts until it is known who counts. Who uses this command line is somebody, too: by
the account of this computer, and nobody checks whether that account is one of them.

A badge says who counts. To approve, people sign in on the page with their PIN. Nobody
can do more on a page than the page itself may. Who does nothing there is signed out
again: see [people] in the configuration.

All take --config FILE and --json.

Example:
  stockhand people add Anna`,
		run: func(ctx context.Context, t *terminal, args []string) error {
			words := []string{"add", "change", "remove", "list"}
			return verbs{"add": peopleAdd, "change": peopleChange, "remove": peopleRemove, "list": peopleList}.do(ctx, t, words, args)
		},
	}
}

func peopleAdd(ctx context.Context, t *terminal, args []string) error {
	set := flags("people add")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	role := set.String("role", string(agent.Counter), "")
	noPIN, noBadge := set.Bool("no-pin", false, ""), set.Bool("no-badge", false, "")
	name, err := onePerson(parse(set, args))
	if err != nil {
		return err
	}
	ask := station.AddPerson{Name: name, Role: agent.Role(*role), Badge: !*noBadge}
	if !*noPIN {
		if ask.PIN, err = t.askPIN(); err != nil {
			return err
		}
	}
	return t.storePerson(ctx, *path, *asJSON, "people.add", ask, "%s is added as %s.\n")
}

func peopleChange(ctx context.Context, t *terminal, args []string) error {
	set := flags("people change")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	role := set.String("role", "", "")
	pin, badge := set.Bool("pin", false, ""), set.Bool("badge", false, "")
	name, err := onePerson(parse(set, args))
	if err != nil {
		return err
	}
	ask := station.ChangePerson{Person: agent.PersonID(name)}
	if *role != "" {
		ask.Role = (*agent.Role)(role)
	}
	if *badge {
		ask.Badge = badge
	}
	if *pin {
		typed, err := t.askPIN()
		if err != nil {
			return err
		}
		ask.PIN = &typed
	}
	if ask.Role == nil && ask.Badge == nil && ask.PIN == nil {
		return usageError{"say what to change: --role, --pin or --badge"}
	}
	return t.storePerson(ctx, *path, *asJSON, "people.change", ask, "%s is changed; the role is %s.\n")
}

// storePerson adds or changes a person and shows a new badge.
func (t *terminal) storePerson(ctx context.Context, path string, asJSON bool, op string, args any, done string) error {
	return with(ctx, t, path, func(a asker) error {
		var p station.WithBadge
		if err := a.ask(ctx, call{op: op, args: args, result: &p}); err != nil {
			return err
		}
		if asJSON {
			return t.json(p)
		}
		t.printf(done, clean(p.Name), p.Role)
		if p.Code != "" {
			t.printf("The badge says %s\n", p.Code)
		}
		return nil
	})
}

func onePerson(rest []string, err error) (string, error) {
	if err == nil && len(rest) != 1 {
		err = usageError{"name one person; a name of several words stands in quotes"}
	}
	if err != nil {
		return "", err
	}
	return rest[0], nil
}

func peopleRemove(ctx context.Context, t *terminal, args []string) error {
	set := flags("people remove")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	name, err := onePerson(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		var gone station.Someone
		if err := a.ask(ctx, call{op: "people.remove", args: station.OnePerson{Person: agent.PersonID(name)}, result: &gone}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(gone)
		}
		t.printf("%s is removed. The PIN and the badge are worth nothing any more.\n", clean(gone.Name))
		return nil
	})
}

func peopleList(ctx context.Context, t *terminal, args []string) error {
	set := flags("people list")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		people := []station.Someone{}
		err := a.ask(ctx, call{op: "people.list", result: &people})
		switch {
		case err != nil:
			return err
		case *asJSON:
			return t.json(people)
		case len(people) == 0:
			t.printf("Nobody was added yet. \"stockhand people add NAME\" does.\n")
			return nil
		}
		rows := [][]string{{"NAME", "ROLE", "PIN", "BADGE", "ADDED"}}
		for _, p := range people {
			rows = append(rows, []string{clean(p.Name), string(p.Role), yesNo(p.PIN), yesNo(p.Badge), t.here(p.Added).Format("2006-01-02")})
		}
		t.table(rows)
		return nil
	})
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// askPIN reads a PIN: at a terminal twice and unseen, otherwise a line of the input.
func (t *terminal) askPIN() (string, error) {
	in := bufio.NewReader(t.in)
	file, _ := t.in.(*os.File)
	if file == nil || !isTerminal(file) {
		return readLine(in)
	}
	show, err := hideTyping(file)
	if err != nil {
		return "", err
	}
	defer show()
	fmt.Fprint(t.err, "PIN, 6 to 12 digits (not shown): ")
	first, err := readLine(in)
	if err != nil {
		return "", err
	}
	fmt.Fprint(t.err, "\nThe same again: ")
	again, err := readLine(in)
	fmt.Fprintln(t.err)
	if err == nil && again != first {
		err = &agent.Error{Code: "pin_differs", Class: agent.Refuse, What: "The two PINs are not the same.", Means: "Nothing was changed.", Do: "Try again."}
	}
	return first, err
}

func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	line = strings.TrimSpace(line)
	if err == io.EOF && line != "" {
		err = nil
	}
	if err == io.EOF {
		err = usageError{"a PIN is needed on the input, or --no-pin"}
	}
	return line, err
}

// watchPeople signs out who does nothing any more. What fails is tried again: nobody's
// scan depends on it.
func (w *works) watchPeople(ctx context.Context) error {
	for {
		next, err := w.station.SignOutIdle(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("who does nothing was not signed out", "code", agent.AsError(err).Code, "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(next, time.Second/2)):
		}
	}
}
