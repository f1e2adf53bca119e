package usbtest_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// makeInitramfs writes everything the guest's kernel finds at its start: our
// program as the first process and the kernel's modules.
func makeInitramfs(t *testing.T, k kernel) string {
	t.Helper()
	order, objects, err := k.moduleFiles(modules...)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"init": buildGuest(t)}
	var list strings.Builder
	for _, name := range order {
		files["modules/"+name+".ko"] = objects[name]
		fmt.Fprintln(&list, name+".ko")
	}
	files["modules/order"] = []byte(list.String())
	addUdev(t, files)
	out := filepath.Join(t.TempDir(), "initramfs")
	if err := os.WriteFile(out, archive(files), 0o644); err != nil {
		t.Fatal(err)
	}
	return out
}

// addUdev adds udev as this computer has it, with our rules beside those of the
// system for rights, and what they call.
func addUdev(t *testing.T, files map[string][]byte) {
	t.Helper()
	for _, program := range []string{"/bin/udevadm", "/bin/stty"} {
		addProgram(t, files, program)
	}
	files["lib/systemd/systemd-udevd"] = files["bin/udevadm"]
	for in, from := range map[string]string{
		"lib/udev/rules.d/50-udev-default.rules": "/lib/udev/rules.d/50-udev-default.rules",
		"lib/udev/rules.d/60-stockhand.rules":    "../../install/udev/60-stockhand.rules",
	} {
		addFile(t, files, in, from)
	}
	files["etc/group"] = []byte("root:x:0:\ntty:x:5:\ndialout:x:20:\ninput:x:104:\n")
	files["etc/passwd"] = []byte("root:x:0:0::/:/bin/sh\n")
}

// addProgram adds a program and the libraries that it needs.
func addProgram(t *testing.T, files map[string][]byte, path string) {
	t.Helper()
	addFile(t, files, path, path)
	out, err := exec.Command("ldd", path).Output()
	if err != nil {
		t.Fatalf("ldd %s: %v", path, err)
	}
	for _, library := range libraryPath.FindAllString(string(out), -1) {
		addFile(t, files, library, library)
	}
}

var libraryPath = regexp.MustCompile(`/\S+\.so\S*`)

func addFile(t *testing.T, files map[string][]byte, in, from string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	files[strings.TrimPrefix(in, "/")] = data
}

// buildGuest builds the program that runs in the guest. It must not need a C
// library, since there is none.
func buildGuest(t *testing.T) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./guest")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if complaint, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the guest's program: %v\n%s", err, complaint)
	}
	program, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// archive packs files in the format that the kernel unpacks at its start
// ("newc" of cpio), all of them executable, with the folders above them and the
// console that a first process is given.
func archive(files map[string][]byte) []byte {
	const folder, device, regular = 0o040755, 0o020600, 0o100755
	var out bytes.Buffer
	inode := 0
	entry := func(name string, mode, major, minor int, data []byte) {
		inode++
		fmt.Fprintf(&out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			inode, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0)
		out.WriteString(name + "\x00")
		pad(&out)
		out.Write(data)
		pad(&out)
	}
	made := map[string]bool{".": true}
	var makeFolder func(name string)
	makeFolder = func(name string) {
		if made[name] {
			return
		}
		makeFolder(path.Dir(name))
		made[name] = true
		entry(name, folder, 0, 0, nil)
	}
	makeFolder("dev")
	entry("dev/console", device, 5, 1, nil)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		makeFolder(path.Dir(name))
		entry(name, regular, 0, 0, files[name])
	}
	entry("TRAILER!!!", 0, 0, 0, nil)
	return out.Bytes()
}

// pad fills up to the next multiple of four bytes.
func pad(b *bytes.Buffer) { b.Write(make([]byte, -b.Len()&3)) }
