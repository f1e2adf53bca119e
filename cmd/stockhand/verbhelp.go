package main

import (
	"regexp"
	"strings"
)

// aboutVerb is an error of what can be done with a noun, such as "close" of "count".
type aboutVerb struct {
	verb string
	err  error
}

func (a aboutVerb) Error() string { return a.err.Error() }
func (a aboutVerb) Unwrap() error { return a.err }

// helpOf returns the part of a noun's help that is about one verb: its lines of the
// usage, and the paragraphs that explain it or what stands in these lines. What has
// no line of its own gets all.
func helpOf(noun, verb, help string) string {
	paragraphs := strings.Split(help, "\n\n")
	usage := usageOf(noun, verb, paragraphs[0])
	if usage == "" {
		return help
	}
	about := regexp.MustCompile(`"` + verb + `"|` + noun + " " + verb + `\b|^All take|^Example:`)
	part := []string{"Usage:\n" + usage}
	for _, p := range paragraphs[1:] {
		if about.MatchString(p) || explains(p, usage) {
			part = append(part, p)
		}
	}
	return strings.Join(part, "\n\n") + "\n\n\"stockhand " + noun + " --help\" shows all that can be done."
}

// usageOf returns a verb's lines, each with those that continue it.
func usageOf(noun, verb, usage string) string {
	var lines []string
	mine := false
	for line := range strings.Lines(usage) {
		if words := strings.Fields(line); strings.HasPrefix(line, "  stockhand ") {
			mine = len(words) > 2 && words[1] == noun && words[2] == verb
		}
		if mine {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(lines, "\n")
}

var named = regexp.MustCompile(`--[a-z][a-z-]*|\b[A-Z]{4,}\b|\b[a-z]+-[a-z]+\b`)

// explains reports whether a paragraph is about an option, a place-holder or a word
// of these lines.
func explains(paragraph, lines string) bool {
	for _, word := range named.FindAllString(lines, -1) {
		if regexp.MustCompile(`(^|[^\w-])` + word + `\b`).MatchString(paragraph) {
			return true
		}
	}
	return false
}
