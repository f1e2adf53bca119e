package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/scanner"
)

func TestRoomOnTheDiskIsJudged(t *testing.T) {
	for free, want := range map[uint64]agent.Severity{0: agent.Broken, 99 << 20: agent.Broken, 100 << 20: agent.Warning, 1<<30 - 1: agent.Warning, 1 << 30: agent.Fine} {
		if f := checkRoom(free, nil); f.Severity != want || f.Severity != agent.Fine && (f.Means == "" || f.Do == "") {
			t.Errorf("%d bytes: %+v", free, f)
		}
	}
	if f := checkRoom(0, errors.New("no such disk")); f.Severity != agent.Fine || !strings.Contains(f.What, "no such disk") {
		t.Errorf("unknown room: %+v", f)
	}
	if free, err := freeRoom(t.TempDir()); err != nil || free == 0 {
		t.Errorf("this disk has %d bytes, %v", free, err)
	}
}

func TestAClockThatWasSetLatelyIsTold(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		steps []agent.ClockStep
		want  agent.Severity
	}{
		"never":       {nil, agent.Fine},
		"last week":   {[]agent.ClockStep{{At: now.AddDate(0, 0, -7), By: time.Hour}}, agent.Fine},
		"an hour ago": {[]agent.ClockStep{{At: now.AddDate(0, 0, -7), By: time.Hour}, {At: now.Add(-time.Hour), By: -time.Minute}}, agent.Warning},
	} {
		if f := checkClock(now, c.steps); f.Severity != c.want || f.Severity != agent.Fine && len(f.Evidence) != 1 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestEachScannerThatCantBeHeardIsNamed(t *testing.T) {
	state := func(name scanner.StateName, remedy string) deviceState {
		return deviceState{Device: "usb-1", Name: string(name), Title: "Back door", Sentence: "So it is.", Remedy: remedy}
	}
	for _, c := range []struct {
		state deviceState
		want  agent.Severity
		code  string
	}{
		{state(scanner.Reading, ""), agent.Fine, "scanners"},
		{state(scanner.Disabled, "Switch it on."), agent.Fine, "scanners"},
		{state(scanner.Missing, "Plug it in."), agent.Broken, "scanner-missing"},
		{state(scanner.NoRights, "Allow it."), agent.Broken, "scanner-no-rights"},
		{state(scanner.Busy, "End the other program."), agent.Broken, "scanner-busy"},
		{state(scanner.WrongMode, "Scan the code."), agent.Broken, "scanner-wrong-mode"},
		{state(scanner.Reading, "Make room."), agent.Warning, "scanner-reading"},
	} {
		found := checkScanners(true, []deviceState{c.state})
		if len(found) != 1 || found[0].Severity != c.want || found[0].Code != c.code || c.want != agent.Fine && !strings.Contains(found[0].What, "Back door") {
			t.Errorf("%s: %+v", c.state.Name, found)
		}
	}
	if found := checkScanners(false, nil); len(found) != 1 || found[0].Severity != agent.Fine {
		t.Errorf("without an agent: %+v", found)
	}
}

func TestAPortThatAnotherProgramHoldsIsTold(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if f := portFree(t.Context(), port); f.Severity != agent.Broken || f.Code != "port-held" || !strings.Contains(f.What, fmt.Sprint(port)) {
		t.Errorf("held: %+v", f)
	}
	_ = l.Close()
	if f := portFree(t.Context(), port); f.Severity != agent.Fine {
		t.Errorf("free: %+v", f)
	}
	if f := portFree(t.Context(), 0); f.Severity != agent.Fine {
		t.Errorf("any: %+v", f)
	}
}

func TestSecretsThatOthersCanReadAreTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the rights of the folder protect them there")
	}
	w := openTest(t, "")
	c := w.config
	if err := os.MkdirAll(c.Agent.Secrets, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(c.Agent.Secrets, "shopify.token")
	if err := os.WriteFile(file, []byte("shpat_secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := checkSecrets(c); len(found) != 1 || found[0].Severity != agent.Fine {
		t.Errorf("all is kept: %+v", found)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	found := checkSecrets(c)
	if len(found) != 1 || found[0].Severity != agent.Broken || found[0].Code != "secret-open" || strings.Contains(fmt.Sprint(found), "shpat") {
		t.Errorf("a secret is open: %+v", found)
	}
	if err := os.Chmod(c.Agent.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	if found := checkSecrets(c); len(found) != 2 || found[0].Code != "data-folder-open" {
		t.Errorf("the data is open: %+v", found)
	}
}

func TestADamagedDatabaseIsBroken(t *testing.T) {
	w := openTest(t, "")
	if found := w.checkStored(t.Context()); len(found) != 1 || found[0].Severity != agent.Fine || !strings.Contains(found[0].What, "sound") {
		t.Errorf("sound: %+v", found)
	}
	w.unsound.Store(&agent.Error{Code: "database-hash", What: "A row was changed.", Means: "It is not what was stored.", Do: "Ask for help."})
	if found := w.checkStored(t.Context()); len(found) != 1 || found[0].Severity != agent.Broken || found[0].Code != "database-hash" {
		t.Errorf("damaged: %+v", found)
	}
}

// Every button is an operation that exists.
func TestEachActionOfTheDoctorExists(t *testing.T) {
	w := openTest(t, "")
	for op, args := range map[string]string{
		"count.open": `{"name":"x","type":"spot","scope":{"items":["tea"]}}`, "count.recount": `{"count":"count-9","items":["tea"],"why":"x"}`,
		"catalog.sync": `null`, "upload.now": `null`, "plan.open": `{"job":"daily"}`,
	} {
		_, err := w.as(t, agent.Admin, op, args)
		if code := agent.AsError(err).Code; err != nil && (code == "unsupported" || code == "bad_arguments") {
			t.Errorf("%s: %v", op, err)
		}
	}
}

func TestOneExaminationAtATime(t *testing.T) {
	w := openTest(t, "")
	w.practice.busy.Lock()
	if _, err := w.as(t, agent.Manager, "doctor.run", ""); err == nil || agent.AsError(err).Code != "doctor-busy" {
		t.Errorf("it ends as %v", err)
	}
	w.practice.busy.Unlock()
	result, err := w.as(t, agent.Manager, "doctor.run", "")
	if err != nil {
		t.Fatal(err)
	}
	told, err := w.as(t, agent.Manager, "doctor.state", "")
	if err != nil {
		t.Fatal(err)
	}
	state := told.(doctorState)
	if state.Running != nil || state.Report == nil || len(state.Report.Findings) != len(result.(doctor.Report).Findings) {
		t.Errorf("the state is %+v", state)
	}
	if _, err := w.as(t, agent.Counter, "doctor.run", ""); err == nil || agent.AsError(err).Code != "forbidden" {
		t.Errorf("a counter: %v", err)
	}
}
