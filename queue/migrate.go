package queue

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version int64
	name    string
	sql     string
}

// migrations reads the steps from files called NNNN_name.sql, which must be
// numbered from 1 without a gap.
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	steps := make([]migration, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil || version != int64(i+1) {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{version, name, string(text)})
	}
	return steps, nil
}

func ownMigrations() ([]migration, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return migrations(files)
}

// migrate brings the file from a version to the newest one. An existing file is
// copied to backups/before-vN.db first.
func migrate(s session, path string, from int64, steps []migration, now time.Time, program string) error {
	if from >= int64(len(steps)) {
		return nil
	}
	if from > 0 {
		if err := backupBefore(s, path, from+1); err != nil {
			return err
		}
	}
	for _, step := range steps[from:] {
		if err := step.run(s, now, program); err != nil {
			return explain("change its schema with "+step.name, err)
		}
	}
	return explain("check the changed schema", sound(s, "quick_check"))
}

// run takes one step in one transaction. The version number rolls back with it.
func (m migration) run(s session, now time.Time, program string) error {
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := s.exec(m.sql)
	if err == nil {
		err = s.exec("INSERT INTO schema_history (version, at, program) VALUES (?,?,?)", m.version, at(now), program)
	}
	if err == nil {
		err = s.exec(fmt.Sprintf("PRAGMA user_version = %d", m.version))
	}
	if err == nil {
		err = s.exec("COMMIT")
	}
	if err != nil && !s.autocommit() {
		err = errors.Join(err, s.exec("ROLLBACK"))
	}
	return err
}

// backupBefore keeps the file as it is before a step. VACUUM INTO does not sync
// its output, so the copy gets its name only when it is on disk.
func backupBefore(s session, path string, version int64) error {
	folder := filepath.Join(filepath.Dir(path), "backups")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return explain("make a folder for the backup", err)
	}
	name := filepath.Join(folder, fmt.Sprintf("before-v%d.db", version))
	unfinished := name + ".unfinished"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return explain("remove an unfinished backup", err)
	}
	if err := s.exec("VACUUM INTO ?", unfinished); err != nil {
		return explain("make a backup before its schema changes", err)
	}
	if err := syncFile(unfinished); err != nil {
		return explain("store the backup", err)
	}
	if err := os.Rename(unfinished, name); err != nil {
		return explain("name the backup", err)
	}
	return explain("store the backup's name", syncFolder(folder))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// sound runs quick_check or integrity_check and the check of foreign keys. Both
// report by rows: run as statements they could never fail.
func sound(s session, check string) error {
	found, err := all(s, value[string], "PRAGMA "+check+"(10)")
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0] != "ok" {
		return damaged("The database file is damaged.", errors.New(strings.Join(found, "; ")))
	}
	table, dangling, err := first(s, value[string], `SELECT "table" FROM pragma_foreign_key_check`)
	if err != nil || !dangling {
		return err
	}
	return damaged("The database contains rows that refer to nothing.", fmt.Errorf("table %s", table))
}
