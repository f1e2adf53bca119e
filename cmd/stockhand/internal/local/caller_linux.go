package local

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/agent"
)

// callerOf returns who is at the other end. The kernel says so; the rights of the
// socket's file have let in only the agent's own user and root, and are checked
// here once more.
func callerOf(conn net.Conn) (agent.Caller, error) {
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		return agent.Caller{}, err
	}
	var peer *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		peer, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err != nil || failed != nil {
		return agent.Caller{}, fmt.Errorf("ask who calls: %v, %v", err, failed)
	}
	if peer.Uid != 0 && int(peer.Uid) != os.Geteuid() {
		return agent.Caller{}, fmt.Errorf("user %d is neither the agent's nor root", peer.Uid)
	}
	return Admin(nameOf(int(peer.Uid))), nil
}

func nameOf(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "user-" + id
}

// Self returns the caller for this process's own user.
func Self() agent.Caller { return Admin(nameOf(os.Getuid())) }
