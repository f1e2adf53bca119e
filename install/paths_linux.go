package install

import (
	"fmt"
	"os"
)

// DefaultPaths are where the packages for Linux put things.
func DefaultPaths() (Paths, error) {
	return Paths{
		Config:      "/etc/stockhand/stockhand.toml",
		Data:        "/var/lib/stockhand",
		Secrets:     "/var/lib/stockhand/secrets",
		Credentials: os.Getenv("CREDENTIALS_DIRECTORY"),
	}, nil
}

// PrepareFolder makes a folder that only the agent's user can enter. One that
// exists is taken as it is unless anybody may write into it.
func PrepareFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("make the folder %s: %w", path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the folder %s: %w", path, err)
	}
	if info.Mode().Perm()&0o002 != 0 {
		return fmt.Errorf("every user of this machine may write into %s, so its content cannot be trusted: take that right away (chmod o-w) or choose another folder", path)
	}
	return nil
}
