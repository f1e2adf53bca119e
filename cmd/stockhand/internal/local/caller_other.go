//go:build !linux

package local

import (
	"net"
	"os/user"

	"github.com/stockhand/stockhand/agent"
)

// callerOf returns who is at the other end. The rights of the socket have let in
// only those who may; who of them it is cannot be told here.
func callerOf(net.Conn) (agent.Caller, error) { return Admin("administrator"), nil }

// Self returns the caller for this process's own user.
func Self() agent.Caller {
	if u, err := user.Current(); err == nil {
		return Admin(u.Username)
	}
	return Admin("administrator")
}
