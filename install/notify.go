package install

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// notify tells systemd a state as described in sd_notify(3): lines of
// NAME=value in one datagram. Without a listening service manager (a terminal,
// another init, Windows) it does nothing. A failed send is not reported: the
// only one who would miss it is systemd, and it acts on its absence.
func notify(lines ...string) {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" {
		return
	}
	// A leading @ means the abstract namespace to systemd and to package net.
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(strings.Join(lines, "\n")))
}

// status makes a STATUS line. A line break would begin another assignment, and
// the text may hold words from outside.
func status(text string) string {
	return "STATUS=" + strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
}

// watchdogInterval is how often systemd wants a sign of life, zero if it does
// not. The variable is inherited, so a child of the service must not answer
// for it.
func watchdogInterval() time.Duration {
	if pid := os.Getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	us, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || us <= 0 {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}

// beat gives systemd its sign of life at a third of the interval until ctx
// ends, as long as alive agrees. An agent that hangs makes alive hang, and so
// falls silent too: no timeout of ours is needed.
func beat(ctx context.Context, every time.Duration, alive func(context.Context) error) {
	tick := time.NewTicker(every / 3)
	defer tick.Stop()
	for {
		if err := alive(ctx); err != nil {
			notify(status("not well: " + err.Error()))
		} else {
			notify("WATCHDOG=1")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
