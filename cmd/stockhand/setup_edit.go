package main

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// edit is one key of the configuration that gets another text as its value.
type edit struct{ section, key, value string }

// editConfig changes keys of a configuration's text and leaves everything else as a
// person wrote it: comments, order, spacing. A file that is written in a way that it
// does not follow is not touched.
func editConfig(path, text string, edits []edit) (string, error) {
	want := map[string]any{}
	if err := toml.Unmarshal([]byte(text), &want); err != nil {
		return "", (&config{path: path}).explain(err)
	}
	changed := strings.ReplaceAll(text, "\r\n", "\n")
	for _, e := range edits {
		if e.note(want) {
			changed = e.in(changed)
		}
	}
	if strings.Contains(text, "\r\n") {
		changed = strings.ReplaceAll(changed, "\n", "\r\n")
	}
	got := map[string]any{}
	if err := toml.Unmarshal([]byte(changed), &got); err != nil || !reflect.DeepEqual(got, want) {
		return "", configError(path, "The configuration is written in a way that set-up can't change without spoiling it.",
			"Write these lines into it yourself, then run \"stockhand upload check\":"+lines(edits), nil)
	}
	return changed, nil
}

func lines(edits []edit) string {
	var b strings.Builder
	for _, e := range edits {
		fmt.Fprintf(&b, "\n    [%s] %s = %s", e.section, e.key, quoted(e.value))
	}
	return b.String()
}

// note makes the change in what the text means, and reports whether it is one.
func (e edit) note(all map[string]any) bool {
	for _, name := range strings.Split(e.section, ".") {
		inner, _ := all[name].(map[string]any)
		if inner = maps.Clone(inner); inner == nil {
			inner = map[string]any{}
		}
		all[name] = inner
		all = inner
	}
	if all[e.key] == e.value {
		return false
	}
	all[e.key] = e.value
	return true
}

var anySection = regexp.MustCompile(`^\s*\[`)

// in makes the change in the text: in the key's line, at the end of its section, or in
// a section of its own at the end.
func (e edit) in(text string) string {
	all := strings.SplitAfter(text, "\n")
	begin := e.header(all)
	if begin < 0 {
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return text + fmt.Sprintf("\n[%s]\n%s\n", e.section, e.line())
	}
	here := regexp.MustCompile(`^(\s*` + regexp.QuoteMeta(e.key) + `\s*=\s*)("[^"\\]*"|'[^']*'|[^"'#\[{\s]+)(\s*(?:#.*)?)$`)
	last := begin
	for i := begin + 1; i < len(all) && !anySection.MatchString(all[i]); i++ {
		bare := strings.TrimSuffix(all[i], "\n")
		if m := here.FindStringSubmatch(bare); m != nil {
			all[i] = m[1] + quoted(e.value) + m[3] + all[i][len(bare):]
			return strings.Join(all, "")
		}
		if s := strings.TrimSpace(bare); s != "" && !strings.HasPrefix(s, "#") {
			last = i
		}
	}
	if !strings.HasSuffix(all[last], "\n") {
		all[last] += "\n"
	}
	all[last] += e.line() + "\n"
	return strings.Join(all, "")
}

// header finds the line that begins the section; -1 where there is none.
func (e edit) header(all []string) int {
	names := strings.Split(e.section, ".")
	for i, name := range names {
		names[i] = regexp.QuoteMeta(name)
	}
	begins := regexp.MustCompile(`^\s*\[\s*` + strings.Join(names, `\s*\.\s*`) + `\s*\]\s*(#.*)?$`)
	for i, line := range all {
		if begins.MatchString(strings.TrimSuffix(line, "\n")) {
			return i
		}
	}
	return -1
}

func (e edit) line() string { return e.key + " = " + quoted(e.value) }

// quoted writes a text as TOML does; a Windows path keeps its backslashes single.
func quoted(text string) string {
	if strings.Contains(text, `\`) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\'' || r == 0x7f }) {
		return "'" + text + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
