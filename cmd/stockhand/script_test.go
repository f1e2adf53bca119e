package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stockhand": main})
}

// The scripts drive the real program as a person would.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Condition:           condition,
		Setup: func(e *testscript.Env) error {
			e.Setenv("STOCKHAND_CONFIG", e.WorkDir+"/stockhand.toml")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"eventually": eventually,
			"articles":   articles,
			"damage":     damage,
			"fromnewer":  fromNewer,
			"tmpfs":      tmpfs,
			"fill":       fill,
		},
	})
}

// eventually PATTERN PROGRAM ARGS... repeats a program until its output matches,
// and leaves that output in the file "last".
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN PROGRAM [ARGS]")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	deadline := time.Now().Add(time.Minute)
	for {
		output := try(ts, args[1:])
		if pattern.Match(output) {
			ts.Check(os.WriteFile(ts.MkAbs("last"), output, 0o600))
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%q did not appear within a minute; the last output was:\n%s", args[0], output)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// try runs a program and returns what it wrote, whether it succeeded or not.
func try(ts *testscript.TestScript, args []string) []byte {
	file, err := exec.LookPath(args[0])
	ts.Check(err)
	c := exec.Command(file, args[1:]...)
	c.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "STOCKHAND_CONFIG", "SYSTEMROOT"} {
		c.Env = append(c.Env, name+"="+ts.Getenv(name))
	}
	output, _ := c.CombinedOutput()
	return output
}

// articles FILE N writes a catalogue with N articles.
func articles(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("sku,name,barcode,bin\n")
	for i := range n {
		fmt.Fprintf(&b, "S%06d,Article %d,%d,B%d\n", i, i, 10_000_000_000+i, i%500)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// damage FILE overwrites the middle of a file.
func damage(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	for i := len(text) / 4; i < len(text)*3/4; i++ {
		text[i] = 0xA5
	}
	ts.Check(os.WriteFile(file, text, 0o600))
}

// fromnewer DATABASE makes a database one of a newer version: its schema's number
// stands at byte 60 of the file (https://www.sqlite.org/fileformat.html).
func fromNewer(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteAt(binary.BigEndian.AppendUint32(nil, 999), 60)
	ts.Check(err)
}

// fill FILE writes a file until the disk is full.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
}
