package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// controllers is how many USB sockets the kernel's loopback controller gets.
const controllers = 8

var mounts = []struct{ kind, on string }{
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"devtmpfs", "/dev"},
	{"tmpfs", "/run"},
	{"tmpfs", "/tmp"},
}

func prepare() error {
	for _, m := range mounts {
		if err := mount(m.kind, m.on); err != nil {
			return err
		}
	}
	if err := loadModules("/modules"); err != nil {
		return err
	}
	return mount("configfs", "/sys/kernel/config")
}

func mount(kind, on string) error {
	if err := os.MkdirAll(on, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("none", on, kind, 0, ""); err != nil && !errors.Is(err, unix.EBUSY) {
		return fmt.Errorf("mount %s on %s: %w", kind, on, err)
	}
	return nil
}

// loadModules loads what the file "order" names, in that order: each module
// after those that it needs.
func loadModules(folder string) error {
	order, err := os.Open(filepath.Join(folder, "order"))
	if err != nil {
		return err
	}
	defer order.Close()
	lines := bufio.NewScanner(order)
	for lines.Scan() {
		if err := loadModule(filepath.Join(folder, lines.Text())); err != nil {
			return err
		}
	}
	return lines.Err()
}

func loadModule(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	parameters := ""
	if strings.HasPrefix(filepath.Base(path), "dummy_hcd") {
		parameters = fmt.Sprintf("num=%d", controllers)
	}
	err = unix.FinitModule(int(f.Fd()), parameters, 0)
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("load %s: %w", path, err)
	}
	return nil
}
