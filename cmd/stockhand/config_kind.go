package main

import (
	"fmt"
	"reflect"
	"strings"
)

// wrongKind tells a value of the wrong kind in words of the file, not of Go: what
// the key is, and how it is written. It is "" where no such key is known.
func wrongKind(line int, key []string) (what, do string) {
	t := kindAt(reflect.TypeFor[config](), key)
	if t == nil {
		return "", ""
	}
	name := key[len(key)-1]
	where := fmt.Sprintf("Line %d of the configuration: %s", line, name)
	if len(key) > 1 {
		where += " in the section [" + strings.Join(key[:len(key)-1], ".") + "]"
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int64:
		return where + " is a whole number.", "Write it with digits only and without quotes, for example " + name + " = 1."
	case reflect.Bool:
		return where + " is either true or false.", "Write it without quotes: " + name + " = true."
	case reflect.String:
		return where + " is a text.", "Write it in quotes: " + name + " = \"...\"."
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return where + " is a list of texts.", "Write it in brackets: " + name + " = [\"...\", \"...\"]."
		}
		return where + " is the name of sections.", "Begin each of them with [[" + strings.Join(key, ".") + "]] on a line of its own."
	default:
		return where + " is a section.", "Write [" + strings.Join(key, ".") + "] on a line of its own and its keys below it."
	}
}

// kindAt returns the type of a key of the configuration, nil if there is none.
func kindAt(t reflect.Type, key []string) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(key) == 0 {
		return t
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for f := range t.Fields() {
		if f.Tag.Get("toml") == key[0] {
			return kindAt(f.Type, key[1:])
		}
	}
	return nil
}
