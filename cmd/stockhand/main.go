package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// version is set when a release is built.
var version = "development"

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // the command could not do what was asked
	exitUsage  = 2 // the command line or the configuration is not right
	exitPartly = 3 // it was done, but for lines that were left out and named
)

// subcommand is one verb of the command line.
type subcommand struct {
	name    string
	summary string
	help    string // usage and an example, shown by --help
	run     func(ctx context.Context, io *terminal, args []string) error
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	zone     *time.Location // times are shown in it, as in the sentences; nil is the computer's
}

// here is a time as it is shown.
func (t *terminal) here(at time.Time) time.Time {
	if t.zone == nil {
		return at.Local()
	}
	return at.In(t.zone)
}

func (t *terminal) printf(format string, a ...any) { fmt.Fprintf(t.out, format, a...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, &terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

func subcommands() []subcommand {
	return []subcommand{
		runCommand(), demoCommand(), setupCommand(), planCommand(), countCommand(), passCommand(), unknownCommand(), catalogCommand(), itemCommand(), movementsCommand(), devicesCommand(),
		uploadCommand(), doctorCommand(), pairCommand(), peopleCommand(), sheetCommand(), replayCommand(), verifyCommand(), configCommand(),
		serviceCommand(), versionCommand(),
	}
}

// execute carries out one command line and returns its exit status.
func execute(ctx context.Context, t *terminal, args []string) int {
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		overview(t.out)
		return exitOK
	}
	args = wordFirst(args, commandNames())
	for _, c := range subcommands() {
		if c.name == args[0] {
			return status(t, c, c.run(ctx, t, args[1:]))
		}
	}
	fmt.Fprintf(t.err, "stockhand: there is no command %q.%s\nRun \"stockhand help\" to see all commands.\n", args[0], similar(args[0]))
	return exitUsage
}

// errShown is returned by a command that has told everything itself.
var errShown = errors.New("")

// errPartly is returned by a command that has done what was asked but for what it has
// named itself, so that a script notices.
var errPartly = errors.New("")

// usageError is a mistake on the command line.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// status shows an error and turns it into an exit status.
func status(t *terminal, c subcommand, err error) int {
	var usage usageError
	help := strings.TrimSpace(c.help)
	if about, ok := errors.AsType[aboutVerb](err); ok {
		help, err = helpOf(c.name, about.verb, help), about.err
	}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(t.out, help)
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(t.err, "stockhand %s: %s\n\n%s\n", c.name, usage.text, help)
		return exitUsage
	case errors.Is(err, errShown):
		return exitFailed
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(t.err, "stockhand %s: interrupted before it was done.\n", c.name)
		return exitFailed
	}
	showError(t.err, c.name, err)
	if e := agent.AsError(err); e.Code == "config" {
		return exitUsage
	}
	return exitFailed
}

// showError writes what happened, what it means and what to do, a line each.
func showError(w io.Writer, name string, err error) {
	var e *agent.Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "stockhand %s: %v\n", name, err)
		return
	}
	fmt.Fprintf(w, "stockhand %s: %s\n", name, e.What)
	for _, line := range []string{e.Means, e.Do} {
		if line != "" {
			fmt.Fprintf(w, "  %s\n", line)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(w, "  (%v)\n", e.Err)
	}
}

func overview(w io.Writer) {
	fmt.Fprint(w, "Stockhand counts a shop while it sells.\n\nUsage: stockhand COMMAND [options]\n\n")
	for _, c := range subcommands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nBegin with \"stockhand demo\": a simulated shop, nothing to set up.\n\"stockhand COMMAND --help\" shows a command's options with an example.\n")
	fmt.Fprint(w, `
Commands find the agent by its configuration: --config FILE, or the environment
variable STOCKHAND_CONFIG, or the place where a service has it.

Exit status: 0 if what was asked was done, 1 if not, 2 if the command line or the
configuration is wrong, 3 if a catalogue was taken but for lines that are named, or
if the doctor has warnings only.
`)
}

func similar(name string) string {
	if s := nearest(name, commandNames()); s != "" {
		return fmt.Sprintf(" Did you mean %q?", s)
	}
	return ""
}

func commandNames() []string {
	names := make([]string, 0, 16)
	for _, c := range subcommands() {
		names = append(names, c.name)
	}
	return names
}

// wordFirst puts the word that says what to do before flags that were given too
// early.
func wordFirst(args, words []string) []string {
	i := slices.IndexFunc(args, func(a string) bool { return slices.Contains(words, a) })
	if i <= 0 || !strings.HasPrefix(args[0], "-") {
		return args
	}
	return slices.Concat(args[i:i+1], args[:i], args[i+1:])
}

// flags returns a flag set that reports its errors as usage errors.
func flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}

// parse reads the flags, wherever they stand, and returns the other arguments.
func parse(set *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, usageError{explainFlag(set, err)}
		}
		if set.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

// explainFlag names an option that does not exist, and what was probably meant.
func explainFlag(set *flag.FlagSet, err error) string {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return err.Error()
	}
	name = strings.TrimPrefix(name, "-")
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	text := fmt.Sprintf("there is no option --%s", name)
	if s := nearest(name, names); s != "" {
		text += fmt.Sprintf(". Did you mean --%s?", s)
	}
	return text
}

func versionCommand() subcommand {
	return subcommand{
		name: "version", summary: "show the version",
		help: "Usage: stockhand version\n\nExample:\n  stockhand version",
		run: func(_ context.Context, t *terminal, args []string) error {
			if err := noMore(parse(flags("version"), args)); err != nil {
				return err
			}
			t.printf("stockhand %s\n", version)
			return nil
		},
	}
}
