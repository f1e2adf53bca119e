//go:build unix

package local

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// longest is how long the path of a socket may be: Linux has room for 107 bytes,
// other systems for a few less.
const longest = 100

// where returns the path of the socket of the agent whose data lies in a folder.
// A folder with a very long name has its socket in the runtime folder of the user
// it belongs to, under a name made of the folder's.
func where(data string) (string, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return "", err
	}
	if path := filepath.Join(data, "agent.sock"); len(path) <= longest {
		return path, nil
	}
	info, err := os.Stat(data)
	if err != nil {
		return "", err
	}
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	sum := sha256.Sum256([]byte(data))
	return filepath.Join(runtimeFolder(owner), fmt.Sprintf("stockhand-%x.sock", sum[:8])), nil
}

// runtimeFolder returns the folder in which a user's programs keep their sockets.
func runtimeFolder(owner int) string {
	folder := fmt.Sprintf("/run/user/%d", owner)
	if ownedBy(folder, owner) == nil {
		return folder
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("stockhand-%d", owner))
}

// ownedBy makes sure that a folder is one that nobody but its owner can change.
func ownedBy(folder string, owner int) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	stat := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || int(stat.Uid) != owner || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s is not a folder that belongs to user %d alone", folder, owner)
	}
	return nil
}

func listen(data string) (net.Listener, string, error) {
	path, err := where(data)
	if err != nil {
		return nil, "", err
	}
	if folder := filepath.Dir(path); len(filepath.Join(data, "agent.sock")) > longest {
		if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, path, err
		}
		if err := ownedBy(folder, os.Geteuid()); err != nil {
			return nil, path, err
		}
	}
	if err := clear(path); err != nil {
		return nil, path, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, path, err
	}
	// Until here somebody else may have connected; callerOf turns them away.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, path, errors.Join(err, listener.Close())
	}
	return listener, path, nil
}

// clear removes what an agent that was killed left.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s is not a socket: move it away", path)
	}
	return os.Remove(path)
}

func dial(ctx context.Context, data string) (net.Conn, error) {
	path, err := where(data)
	if err != nil {
		return nil, ErrNoAgent
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return conn, nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, ErrNoAgent
	case errors.Is(err, fs.ErrPermission):
		return nil, denied(path, err)
	}
	return nil, err
}
