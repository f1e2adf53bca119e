//go:build !linux && !windows

package main

import (
	"os"

	"github.com/stockhand/stockhand/agent"
)

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// hideTyping refuses: nobody knows here how to keep what is typed from being shown.
func hideTyping(*os.File) (show func(), err error) {
	return nil, &agent.Error{
		Code: "pin_shown", Class: agent.Refuse, What: "On this system a PIN would be shown while it is typed.",
		Means: "Nothing was changed.", Do: "Give it on the input: stockhand people add NAME < FILE",
	}
}
