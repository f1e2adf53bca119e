package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// questions asks whoever sits at the terminal, and reads secrets from the input.
type questions struct {
	in   *bufio.Reader
	file *os.File // the terminal; nil where nobody sits there
	out  io.Writer
}

func (t *terminal) questions() *questions {
	q := &questions{in: bufio.NewReader(t.in), out: t.err}
	if file, ok := t.in.(*os.File); ok && isTerminal(file) {
		q.file = file
	}
	return q
}

// line reads one line; an interruption ends the wait for it.
func (q *questions) line(ctx context.Context) (string, error) {
	type read struct {
		text string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		text, err := q.in.ReadString('\n')
		if err == io.EOF && text != "" {
			err = nil
		}
		done <- read{strings.TrimSpace(text), err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		if errors.Is(r.err, io.EOF) {
			return "", usageError{"the input has ended before everything was answered"}
		}
		return r.text, r.err
	}
}

// ask asks for a text; an empty answer is what stands there now.
func (q *questions) ask(ctx context.Context, question, now string) (string, error) {
	if now != "" {
		question += " [" + clean(now) + "]"
	}
	fmt.Fprint(q.out, question+": ")
	text, err := q.line(ctx)
	if err == nil && text == "" {
		text = now
	}
	return text, err
}

// yes asks a question that has two answers; only "yes" is one of them.
func (q *questions) yes(ctx context.Context, question string) (bool, error) {
	text, err := q.ask(ctx, question+" (yes or no)", "")
	return strings.EqualFold(text, "yes") || strings.EqualFold(text, "y"), err
}

// secret asks for a text that is not shown while it is typed.
func (q *questions) secret(ctx context.Context, question string) (string, error) {
	show, err := hideTyping(q.file)
	if err != nil {
		return "", &agent.Error{
			Code: "secret-shown", Class: agent.Refuse, What: "On this system a secret would be shown while it is typed.",
			Means: "Nothing was changed.", Do: "Give it in a file: see \"stockhand setup --help\".",
		}
	}
	defer show()
	fmt.Fprint(q.out, question+" (not shown): ")
	text, err := q.line(ctx)
	fmt.Fprintln(q.out)
	return text, err
}

// fromFile reads a secret from a file, or for "-" a line of the input.
func (q *questions) fromFile(ctx context.Context, path string) (string, error) {
	if path == "-" {
		return q.line(ctx)
	}
	text, err := readSecret(path)
	if err != nil {
		err = secretError(fmt.Sprintf("The secret in %s cannot be read.", path), "Check the file's name and rights.", err)
	}
	return text, err
}
