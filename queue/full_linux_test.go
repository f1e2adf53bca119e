package queue

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/agent"
)

// smallDisk mounts a disk of so many bytes, which takes root.
func smallDisk(t *testing.T, size int) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v); TestAFullFileRefusesAndGoesOn shows the same for a full file", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// fillUp scans until the disk is full and returns the entries acknowledged.
func fillUp(t *testing.T, q *Queue, from int) (stored int) {
	t.Helper()
	for n := from; n < from+1_000_000; n++ {
		s := read(n)
		s.Raw = make([]byte, 2000) // so that it does not take long
		_, err := tryPut(q, scans(s))
		if err != nil {
			refusedAs(t, err, "disk-full")
			if agent.AsError(err).Class != agent.Retry {
				t.Errorf("class %s", agent.AsError(err).Class)
			}
			return stored
		}
		stored++
	}
	t.Fatal("the disk was never full")
	return 0
}

func entries(t *testing.T, q *Queue) int {
	t.Helper()
	return int(lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }).Entries)
}

func TestAFullDiskLosesNothingAndGoesOnWhenThereIsRoom(t *testing.T) {
	folder := smallDisk(t, 24<<20)
	ballast := filepath.Join(folder, "something else")
	if err := os.WriteFile(ballast, make([]byte, 14<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "stockhand.db")
	q := openAt(t, path)
	openCount(t, q, 1)
	stored := fillUp(t, q, 0)
	if got := entries(t, q); stored == 0 || got != stored {
		t.Errorf("%d acknowledged, %d stored", stored, got)
	}
	if again := fillUp(t, q, stored); again > 2 {
		t.Errorf("%d more were stored on a full disk", again)
	} else {
		stored += again
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	const more = 300
	for n := range 20 {
		put(t, q, scans(read(n))) // at once, without a restart
	}
	ctx, end := context.WithCancel(t.Context())
	var keeper sync.WaitGroup
	keeper.Go(func() {
		if err := q.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(30 * time.Second); fileSize(path) < 1<<20; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what was stored was never moved to its place")
		}
	}
	for n := 20; n < more; n++ {
		put(t, q, scans(read(n))) // into the WAL that is free again
	}
	end()
	keeper.Wait()
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	if got := entries(t, q); got != stored+more {
		t.Errorf("%d acknowledged, %d stored", stored+more, got)
	}
	if verified, err := q.Verify(t.Context()); err != nil || !verified.OK() {
		t.Errorf("%+v %v", verified, err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
}

// An agent that starts on a full disk says so, or starts and refuses.
func TestAStartOnAFullDiskIsExplained(t *testing.T) {
	folder := smallDisk(t, 3<<20)
	path := filepath.Join(folder, "stockhand.db")
	q := openAt(t, path)
	openCount(t, q, 1)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(folder, "something else")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	f.Close()
	q, err = Open(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		refusedAs(t, err, agent.AsError(err).Code)
	} else {
		_, err = tryPut(q, scans(read(1)))
		refusedAs(t, err, "disk-full")
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if exists(notePath(path)) {
		t.Fatal("a full disk was taken for damage")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	put(t, q, scans(read(1)))
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
}
