package ui

import (
	"errors"
	"net"
	"sync"
	"syscall"
)

// sendBuffer bounds what the system holds for a reader who does not read. Left to
// itself it holds megabytes, and nobody notices that a page has stopped.
const sendBuffer = 64 << 10

// limited accepts so many connections at a time and closes what comes beyond at
// once, so that a flood keeps nobody waiting.
type limited struct {
	net.Listener
	room chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetWriteBuffer(sendBuffer)
		}
		select {
		case l.room <- struct{}{}:
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { <-l.room })}, nil
		default:
			_ = conn.Close()
		}
	}
}

type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// addressInUse is the number that Windows has for syscall.EADDRINUSE.
const addressInUse = syscall.Errno(10048)

func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, addressInUse)
}
