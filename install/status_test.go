package install

import (
	"strings"
	"testing"
)

func TestWhatSystemdSays(t *testing.T) {
	for _, tt := range []struct {
		name, shown string
		state       State
		detail      string // a part of it
	}{
		{"never installed", "LoadState=not-found\nActiveState=inactive", NotInstalled, ""},
		{"unit damaged", "LoadState=bad-setting\nActiveState=inactive", Failed, "service install"},
		{"not started", "LoadState=loaded\nActiveState=inactive\nSubState=dead", Stopped, ""},
		{"before ready", "LoadState=loaded\nActiveState=activating\nSubState=start", Starting, ""},
		{"ready", "LoadState=loaded\nActiveState=active\nSubState=running\nStatusText=http://127.0.0.1:8471", Running, "8471"},
		{"text with =", "LoadState=loaded\nActiveState=active\nStatusText=a=b", Running, "a=b"},
		{"between attempts", "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainStatus=3", Failed, "exit status 3; systemd tries again"},
		{"program missing", "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainStatus=203", Failed, "could not be run"},
		{"hung", "LoadState=loaded\nActiveState=failed\nResult=watchdog\nExecMainStatus=6", Failed, "no sign of life"},
		{"killed with a number like systemd's", "LoadState=loaded\nActiveState=failed\nResult=signal\nExecMainStatus=203", Failed, "killed"},
		{"stopping", "LoadState=loaded\nActiveState=deactivating\nSubState=stop-sigterm", Stopping, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, fromSystemd(linesOf(tt.shown)), tt.state, tt.detail)
		})
	}
}

func linesOf(shown string) map[string]string {
	p := make(map[string]string)
	for line := range strings.SplitSeq(shown, "\n") {
		name, value, _ := strings.Cut(line, "=")
		p[name] = value
	}
	return p
}

func TestWhatWindowsSays(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		state, exit, specific uint32
		want                  State
		detail                string
	}{
		{"stopped by a person", 1, 0, 0, Stopped, ""},
		{"not started since boot", 1, 1077, 0, Stopped, ""},
		{"start failed", 1, 1066, 1, Failed, "code 1"},
		{"killed", 1, 1067, 0, Failed, "crash or kill"},
		{"program missing", 1, 2, 0, Failed, "Windows error 2"},
		{"start pending", 2, 0, 0, Starting, ""},
		{"stop pending", 3, 0, 0, Stopping, ""},
		{"running", 4, 0, 0, Running, ""},
		{"a later Windows", 99, 0, 0, Failed, "99"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			expect(t, fromSCM(tt.state, tt.exit, tt.specific), tt.want, tt.detail)
		})
	}
}

func expect(t *testing.T, got Report, state State, detail string) {
	t.Helper()
	if got.State != state || !strings.Contains(got.Detail, detail) {
		t.Errorf("got %q, want %q with %q in it", got, state, detail)
	}
}
