//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

func condition(string) (bool, error) { return false, nil }

func tmpfs(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("there is no tmpfs here") }
