package local

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// where returns the name of the pipe of the agent whose data lies in a folder.
func where(data string) (string, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.ToLower(filepath.Clean(data))))
	return fmt.Sprintf(`\\.\pipe\stockhand-%x`, sum[:8]), nil
}

// listen opens the pipe for the system, administrators and the user whom the
// agent runs as, and for nobody else. That a pipe of the name does not exist yet
// is part of opening it, so that no other program can have put one in its place.
func listen(data string) (net.Listener, string, error) {
	name, err := where(data)
	if err != nil {
		return nil, "", err
	}
	self, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, name, fmt.Errorf("ask who runs the agent: %w", err)
	}
	listener, err := winio.ListenPipe(name, &winio.PipeConfig{
		SecurityDescriptor: "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;" + self.User.Sid.String() + ")",
		InputBufferSize:    maxLine,
		OutputBufferSize:   maxLine,
	})
	return listener, name, err
}

func dial(ctx context.Context, data string) (net.Conn, error) {
	name, err := where(data)
	if err != nil {
		return nil, ErrNoAgent
	}
	conn, err := winio.DialPipeContext(ctx, name)
	switch {
	case err == nil:
		return conn, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoAgent
	case errors.Is(err, fs.ErrPermission):
		return nil, denied(name, err)
	}
	return nil, err
}
