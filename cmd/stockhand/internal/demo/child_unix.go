//go:build unix

package demo

import (
	"os/exec"
	"syscall"
)

// apart keeps the terminal's Ctrl-C from the agent: it is told to stop when
// everything else has been put away.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
