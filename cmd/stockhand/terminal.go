package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/stockhand/stockhand/install"
)

// configFlag adds the flag that every command has which works on an agent.
func configFlag(set *flag.FlagSet) *string {
	path := os.Getenv("STOCKHAND_CONFIG")
	if paths, err := install.DefaultPaths(); path == "" && err == nil {
		path = paths.Config
	}
	return set.String("config", path, "")
}

// noMore refuses arguments where a command takes none.
func noMore(rest []string, err error) error {
	if err == nil && len(rest) > 0 {
		return usageError{fmt.Sprintf("%q is too much", strings.Join(rest, " "))}
	}
	return err
}

// json writes a value as JSON for a script.
func (t *terminal) json(v any) error {
	e := json.NewEncoder(t.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// table writes rows in columns; the first one is the heading.
func (t *terminal) table(rows [][]string) {
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush()
}

// progress shows on a terminal how far long work is. It writes nothing into a
// file or a pipe.
type progress struct {
	out   io.Writer // nil: nobody looks
	last  time.Time
	began time.Time
	width int
}

func (t *terminal) progress() *progress {
	p := &progress{began: time.Now()}
	if f, ok := t.err.(*os.File); ok && isTerminal(f) {
		p.out = f
	}
	return p
}

// show writes a line over the one before, a few times a second.
func (p *progress) show(format string, a ...any) {
	if p.out == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	text := fmt.Sprintf(format, a...)
	fmt.Fprintf(p.out, "\r%-*s", p.width, text)
	p.width = len(text)
}

// end removes the line.
func (p *progress) end() {
	if p.out != nil && p.width > 0 {
		fmt.Fprintf(p.out, "\r%*s\r", p.width, "")
	}
}

// clean makes a text that came from outside safe to show on a terminal: control
// characters become their pictures, and what would turn the direction of writing
// a mark.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ':
			return r + 0x2400
		case r == 0x7f:
			return 0x2421
		case r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return 0xfffd
		}
		return r
	}, text)
}

// thousands writes a number with separators.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	from := 1
	if n < 0 {
		from = 2
	}
	for i := len(text) - 3; i >= from; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
