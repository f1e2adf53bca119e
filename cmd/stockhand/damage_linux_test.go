package main

import (
	"database/sql"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/stockhand/stockhand/agent"
)

// What the check beside the work finds is on the page, not only in the log.
func TestARowThatWasChangedIsShownUntilItIsKnown(t *testing.T) {
	s := openShop(t, t.TempDir())
	if _, err := s.wire.WriteString("4006381333931\r"); err != nil {
		t.Fatal(err)
	}
	until(t, "the scan is stored", func() bool { return s.stored(t) == 1 })
	s.works.checkNow(t.Context())
	if d := s.works.damage(); d != nil {
		t.Fatalf("a sound database is shown as %v", d)
	}
	tamper(t, s.works.config.database(), "DROP TRIGGER scan_never_changes; UPDATE scan SET quantity = quantity + 1")
	s.works.checkNow(t.Context())
	d := s.works.damage()
	if d == nil || d.What == "" || d.Do == "" {
		t.Fatalf("a changed row is shown as %v", d)
	}
	if err := s.do(t, agent.Manager, "damage.acknowledge", nothing{}, nil); err != nil {
		t.Fatal(err)
	}
	if d := s.works.damage(); d != nil {
		t.Errorf("after it was acknowledged it is shown as %v", d)
	}
}

// tamper changes a database behind the agent's back, as no power cut does.
func tamper(t *testing.T, path, change string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path+"?_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}
