//go:build !windows

package csvfile

import (
	"errors"
	"os"
)

// syncFolder makes durable which names a folder holds.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
