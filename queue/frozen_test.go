package queue

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stockhand/stockhand/agent"
)

// A frozen database is one that a released schema wrote, with what it told then
// beside it. It is made once for each schema, by
//
//	go test ./queue -run TestFrozen -freeze
//
// and never again: every later version must open, migrate and read it.
var freeze = flag.Bool("freeze", false, "write the frozen database of the newest schema")

func frozenName(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("schema-%d.db", version))
}

func freezeNow(t *testing.T) {
	steps, err := ownMigrations()
	if err != nil {
		t.Fatal(err)
	}
	name := frozenName(len(steps))
	if exists(name) {
		t.Fatalf("%s is there already: a frozen database is never made again", name)
	}
	q := openTemp(t)
	replace(t, q, catalogue(20), agent.Place{Bin: "B-0", Zone: "A", Label: "here"})
	for _, facts := range everyKind() {
		for i, s := range facts.Scans {
			if s.Voids != 0 {
				facts.Scans[i].Voids++ // behind the catalogue's row
			}
		}
		put(t, q, facts)
	}
	if _, err := q.Write(t.Context(), agent.Command{Origin: "tablet", ID: "01J"}, decideTo(agent.Facts{Result: "done"})); err != nil {
		t.Fatal(err)
	}
	if err := (session{q.writer}).exec("VACUUM INTO ?", name); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimSuffix(name, ".db")+".json", []byte(allOf(t, q).text(t)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFrozenDatabasesAreReadAsTheyWereWritten(t *testing.T) {
	if *freeze {
		freezeNow(t)
	}
	steps, err := ownMigrations()
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= len(steps); version++ {
		t.Run(fmt.Sprint("schema ", version), func(t *testing.T) {
			name := frozenName(version)
			if !exists(name) {
				t.Fatalf("schema %d has no frozen database; see the comment at the top of this file", version)
			}
			path := tempPath(t)
			if err := os.WriteFile(path, []byte(content(t, name)), 0o600); err != nil {
				t.Fatal(err)
			}
			q := openAt(t, path)
			if got, want := allOf(t, q).text(t), content(t, strings.TrimSuffix(name, ".db")+".json"); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
			if found := lookItUp(t, q, gtin(7)); len(found) != 1 {
				t.Errorf("the catalogue tells %+v", found)
			}
			ack, err := q.Write(t.Context(), agent.Command{Origin: "tablet", ID: "01J"}, decideTo(agent.Facts{}))
			if err != nil || !ack.Repeated || string(ack.Result) != `"done"` {
				t.Errorf("an old command is answered %+v %v", ack, err)
			}
			put(t, q, scans(func() agent.Scan {
				s := read(60)
				s.Count, s.Pass, s.Op, s.Item, s.Cond = "", "", agent.Note, "", ""
				return s
			}()))
			checkSound(t, q)
			stats, err := q.Stats(t.Context())
			if err != nil || stats.Schema != int64(len(steps)) {
				t.Errorf("schema %d %v", stats.Schema, err)
			}
		})
	}
}

// schemaWith is our schema with more steps.
func schemaWith(t *testing.T, statements ...string) []migration {
	t.Helper()
	files := fstest.MapFS{}
	own, err := ownMigrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range own {
		files[step.name] = &fstest.MapFile{Data: []byte(step.sql)}
	}
	for i, statement := range statements {
		files[fmt.Sprintf("%04d_later.sql", len(own)+i+1)] = &fstest.MapFile{Data: []byte(statement)}
	}
	steps, err := migrations(files)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestAMigrationKeepsACopyAndCanFail(t *testing.T) {
	path := closed(t, func(q *Queue) { openCount(t, q, 1); put(t, q, scans(read(1))) })
	own, _ := ownMigrations()
	version := int64(len(own))
	err := use(t.Context(), path, writing, func(s session) error {
		err := migrate(s, path, version, schemaWith(t, "CREATE TABLE more (a)", "CREATE TABLE worse (a); INSERT INTO nowhere VALUES (1)"), start, "2.0")
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%04d_later.sql", version+2)) {
			t.Errorf("the second step: %v", err)
		}
		at, _, err := first(s, value[int64], "PRAGMA user_version")
		if err != nil || at != version+1 {
			t.Errorf("the file has schema %d, want %d", at, version+1)
		}
		half, _, err := first(s, value[int64], "SELECT count(*) FROM sqlite_schema WHERE name = 'worse'")
		if err != nil || half != 0 {
			t.Error("half a step was stored")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, Options{AllowFUSE: true})
	refusedAs(t, err, "database-newer", "2.0")
	kept := filepath.Join(filepath.Dir(path), "backups", fmt.Sprintf("before-v%d.db", version+1))
	q := openAt(t, kept)
	if got := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); got.Entries != 1 {
		t.Errorf("the copy holds %+v", got)
	}
	checkSound(t, q)
}

func TestMigrationsAreNumberedWithoutAGap(t *testing.T) {
	for _, names := range [][]string{{"0002_b.sql"}, {"0001_a.sql", "0003_c.sql"}, {"first.sql"}, {"0001_a.sql", "0001_b.sql"}} {
		files := fstest.MapFS{}
		for _, name := range names {
			files[name] = &fstest.MapFile{}
		}
		if _, err := migrations(files); err == nil {
			t.Errorf("%v were accepted", names)
		}
	}
}
