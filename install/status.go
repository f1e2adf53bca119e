package install

import "fmt"

// State is where the service stands.
type State int

// The states, in the order of a life.
const (
	NotInstalled State = iota
	Stopped            // installed, and meant to be down or not yet started
	Starting           // started, not yet ready
	Running            // ready
	Stopping           // asked to stop, not yet gone
	Failed             // ended by itself; the manager may be about to start it again
)

var stateWords = [...]string{"not installed", "stopped", "starting", "running", "stopping", "failed"}

func (s State) String() string {
	if s < 0 || int(s) >= len(stateWords) {
		return fmt.Sprintf("state %d", int(s))
	}
	return stateWords[s]
}

// Report is the answer to Status.
type Report struct {
	State  State
	Detail string // what the manager adds, for a person to read; may be empty
}

func (r Report) String() string {
	if r.Detail == "" {
		return r.State.String()
	}
	return r.State.String() + ": " + r.Detail
}

// fromSystemd reads the properties printed by `systemctl show`.
func fromSystemd(p map[string]string) Report {
	if p["LoadState"] == "not-found" {
		return Report{State: NotInstalled}
	}
	if p["LoadState"] == "bad-setting" || p["LoadState"] == "error" {
		return Report{Failed, "systemd cannot read the unit file; `stockhand service install` writes it anew"}
	}
	switch p["ActiveState"] {
	case "active", "reloading":
		return Report{Running, p["StatusText"]}
	case "activating":
		// Between two attempts systemd says "activating": the attempt before
		// has failed, and that is what a person needs to hear.
		if p["SubState"] == "auto-restart" {
			return Report{Failed, systemdFailure(p) + "; systemd tries again every two seconds"}
		}
		return Report{Starting, p["StatusText"]}
	case "deactivating":
		return Report{Stopping, p["StatusText"]}
	case "failed":
		return Report{Failed, systemdFailure(p)}
	}
	return Report{State: Stopped}
}

var systemdResults = map[string]string{
	"timeout":   "it did not become ready, or did not stop, in the time allowed",
	"watchdog":  "it gave no sign of life for 30 seconds and was ended",
	"signal":    "it was killed",
	"core-dump": "it crashed",
	"protocol":  "it ended before it was ready",
	"resources": "systemd could not prepare its folders or devices",
	"oom-kill":  "the machine ran out of memory",
}

// 203 and the other codes above 200 are systemd's own: the program never ran.
var systemdExits = map[string]string{
	"203": "the program could not be run: it is missing, not executable, or in a folder that is hidden from services",
	"217": "the user stockhand does not exist on this machine",
	"226": "systemd could not set up the protected view of the file system",
	"238": "the data folder could not be prepared",
	"243": "the stored credential could not be read",
}

func systemdFailure(p map[string]string) string {
	if text, ok := systemdExits[p["ExecMainStatus"]]; ok && p["Result"] == "exit-code" {
		return text
	}
	if text, ok := systemdResults[p["Result"]]; ok {
		return text
	}
	return "it ended with exit status " + p["ExecMainStatus"]
}

// The states and exit codes of the Windows service control manager, as given
// in the documentation of SERVICE_STATUS. They are here, not in a Windows
// file, so that the mapping is tested wherever the tests run.
const (
	scmStopped         = 1
	scmStartPending    = 2
	scmStopPending     = 3
	scmRunning         = 4
	scmContinuePending = 5
	scmPausePending    = 6
	scmPaused          = 7

	scmServiceSpecific = 1066 // the exit code is the service's own
	scmNeverStarted    = 1077 // no attempt since the last boot
	scmProcessAborted  = 1067
)

// fromSCM reads the answer of QueryServiceStatus.
func fromSCM(state, exit, specific uint32) Report {
	switch state {
	case scmRunning:
		return Report{State: Running}
	case scmStartPending, scmContinuePending:
		return Report{State: Starting}
	case scmStopPending, scmPausePending, scmPaused:
		return Report{State: Stopping}
	case scmStopped:
		return scmEnded(exit, specific)
	}
	return Report{Failed, fmt.Sprintf("Windows reports the unknown service state %d", state)}
}

func scmEnded(exit, specific uint32) Report {
	switch exit {
	case 0, scmNeverStarted:
		return Report{State: Stopped}
	case scmServiceSpecific:
		return Report{Failed, fmt.Sprintf("it ended by itself (code %d); the event log, source stockhand, has the reason", specific)}
	case scmProcessAborted:
		return Report{Failed, "it ended without a word (crash or kill); Windows starts it again"}
	}
	return Report{Failed, fmt.Sprintf("it could not be started (Windows error %d); the event log has the reason", exit)}
}
