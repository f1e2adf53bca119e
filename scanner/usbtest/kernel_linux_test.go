package usbtest_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// modules is what the guest's kernel loads, without what these need in turn.
var modules = []string{
	"virtio_pci", "virtio_console", // the lines to the host
	"xhci_pci", "usbserial", "ftdi_sio", "cdc_acm", "usbhid", "hid_generic", "evdev", // the computer's side
	"configfs", "libcomposite", "usb_f_acm", "usb_f_hid", "dummy_hcd", "uhid", // the scanners' side
}

// kernel is an unpacked kernel package of the distribution.
type kernel struct {
	image   string // the uncompressed kernel
	modules string // the folder of its modules
}

// theKernel returns the distribution's newest kernel. It is fetched once and
// kept in the user's cache.
func theKernel(t *testing.T) kernel {
	t.Helper()
	name := kernelPackage(t)
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "stockhand", "usb", name)
	k := kernel{filepath.Join(folder, "vmlinux"), filepath.Join(folder, "root", "lib", "modules")}
	if _, err := os.Stat(k.image); err == nil {
		return k
	}
	t.Logf("fetching %s", name)
	fetchKernel(t, name, folder)
	packed, err := filepath.Glob(filepath.Join(folder, "root", "boot", "vmlinuz-*"))
	if err != nil || len(packed) != 1 {
		t.Fatalf("the package %s holds the kernels %q, %v", name, packed, err)
	}
	image, err := os.ReadFile(packed[0])
	if err != nil {
		t.Fatal(err)
	}
	unpacked := unpackKernel(t, image)
	if err := os.WriteFile(k.image+".part", unpacked, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(k.image+".part", k.image); err != nil {
		t.Fatal(err)
	}
	return k
}

var kernelName = regexp.MustCompile(`Depends: (linux-image-[0-9]\S*-amd64)`)

func kernelPackage(t *testing.T) string {
	t.Helper()
	for range 2 {
		out, _ := exec.Command("apt-cache", "depends", "linux-image-amd64").Output()
		if found := kernelName.FindSubmatch(out); found != nil {
			return string(found[1])
		}
		updateLists(t)
	}
	t.Fatal("apt-cache knows no linux-image-amd64: the guest needs a Debian kernel, since others lack the drivers that play scanners")
	return ""
}

// updateLists is for a machine that has never asked for its package lists.
func updateLists(t *testing.T) {
	t.Helper()
	update := []string{"apt-get", "update", "-qq"}
	if os.Getuid() != 0 {
		update = append([]string{"sudo", "-n"}, update...)
	}
	if out, err := exec.Command(update[0], update[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(update, " "), err, out)
	}
}

func fetchKernel(t *testing.T, name, folder string) {
	t.Helper()
	fetched := t.TempDir()
	download := exec.Command("apt-get", "download", "-qq", name)
	download.Dir = fetched
	if out, err := download.CombinedOutput(); err != nil {
		updateLists(t)
		again := exec.Command("apt-get", "download", "-qq", name)
		again.Dir = fetched
		if out2, err := again.CombinedOutput(); err != nil {
			t.Fatalf("apt-get download %s: %v\n%s\n%s", name, err, out, out2)
		}
	}
	packages, _ := filepath.Glob(filepath.Join(fetched, "*.deb"))
	if len(packages) != 1 {
		t.Fatalf("apt-get download %s left the packages %q", name, packages)
	}
	root := filepath.Join(folder, "root")
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("dpkg-deb", "-x", packages[0], root).CombinedOutput(); err != nil {
		t.Fatalf("dpkg-deb -x %s: %v\n%s", packages[0], err, out)
	}
}

// unpackKernel takes the kernel out of its wrapper by the offsets in its own
// header. Without the wrapper an emulated processor starts it in half the time.
func unpackKernel(t *testing.T, image []byte) []byte {
	t.Helper()
	sectors := int(image[0x1f1])
	if sectors == 0 {
		sectors = 4
	}
	setup := 512 * (sectors + 1)
	offset := setup + int(binary.LittleEndian.Uint32(image[0x248:]))
	packed := image[offset : offset+int(binary.LittleEndian.Uint32(image[0x24c:]))]
	tool := "xz"
	switch {
	case bytes.HasPrefix(packed, []byte("\xfd7zXZ\x00")):
	case bytes.HasPrefix(packed, []byte("\x28\xb5\x2f\xfd")):
		tool = "zstd"
	default:
		t.Fatalf("the kernel is packed in an unknown way: % x", packed[:6])
	}
	// The size of the kernel follows the packed data, which the tools call trash.
	kernel, complaint, err := filter(packed, tool, "-dc")
	if !bytes.HasPrefix(kernel, []byte(elf.ELFMAG)) {
		t.Fatalf("%s did not unpack the kernel: %v\n%s", tool, err, complaint)
	}
	return kernel
}

func filter(in []byte, tool string, args ...string) (out, complaint []byte, err error) {
	cmd := exec.Command(tool, args...)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err = cmd.Output()
	return out, errs.Bytes(), err
}

// moduleFiles returns the contents of modules and of what they need, in the
// order in which they can be loaded.
func (k kernel) moduleFiles(names ...string) (order []string, files map[string][]byte, err error) {
	paths, err := k.modulePaths()
	if err != nil {
		return nil, nil, err
	}
	files = map[string][]byte{}
	var add func(name string) error
	add = func(name string) error {
		if slices.Contains(order, name) {
			return nil
		}
		path, ok := paths[name]
		if !ok {
			return fmt.Errorf("the kernel has no module %s", name)
		}
		module, err := readModule(path)
		if err != nil {
			return err
		}
		needs, err := needsOf(module)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, n := range needs {
			if err := add(n); err != nil {
				return err
			}
		}
		order, files[name] = append(order, name), module
		return nil
	}
	for _, n := range names {
		if err := add(n); err != nil {
			return nil, nil, err
		}
	}
	return order, files, nil
}

func (k kernel) modulePaths() (map[string]string, error) {
	paths := map[string]string{}
	err := filepath.WalkDir(k.modules, func(path string, d os.DirEntry, err error) error {
		if name, _, ok := strings.Cut(filepath.Base(path), ".ko"); ok && err == nil {
			paths[strings.ReplaceAll(name, "-", "_")] = path
		}
		return err
	})
	return paths, err
}

func readModule(path string) ([]byte, error) {
	packed, err := os.ReadFile(path)
	if err != nil || !strings.HasSuffix(path, ".xz") {
		return packed, err
	}
	module, complaint, err := filter(packed, "xz", "-dc")
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w: %s", path, err, complaint)
	}
	return module, nil
}

// needsOf reads from a module which others it needs.
func needsOf(module []byte) ([]string, error) {
	object, err := elf.NewFile(bytes.NewReader(module))
	if err != nil {
		return nil, err
	}
	section := object.Section(".modinfo")
	if section == nil {
		return nil, errors.New("it is no kernel module")
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for field := range bytes.SplitSeq(info, []byte{0}) {
		if list, ok := bytes.CutPrefix(field, []byte("depends=")); ok {
			return strings.FieldsFunc(strings.ReplaceAll(string(list), "-", "_"), func(r rune) bool { return r == ',' }), nil
		}
	}
	return nil, nil
}
