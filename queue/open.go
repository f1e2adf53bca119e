package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mattn/go-sqlite3"

	"github.com/stockhand/stockhand/agent"
)

// applicationID marks a SQLite file as Stockhand's ("StKH").
const applicationID = 0x53744B48

// oldestSQLite is 3.51.3: from 3.7.0 to 3.51.2 a WAL reset could lose committed
// writes with two connections (https://www.sqlite.org/wal.html#walresetbug).
const oldestSQLite = 3051003

const fuse = "FUSE"

func checkSQLite() error {
	text, version, _ := sqlite3.Version()
	if version >= oldestSQLite {
		return nil
	}
	return &agent.Error{
		Code: "sqlite-old", Class: agent.Fault,
		What:  "This program was built with SQLite " + text + ".",
		Means: "Versions before 3.51.3 can lose stored scans, so the database was not opened.",
		Do:    "Use the program as it was released, or build it without the libsqlite3 tag.",
	}
}

// checkFolder makes sure that the file's folder exists and is on a disk of this
// machine.
func checkFolder(path string, allowFUSE bool) error {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return &agent.Error{
			Code: "folder-missing", Class: agent.Refuse, Err: err,
			What:  "The folder " + folder + " for the database does not exist.",
			Means: "The agent has nowhere to store scans, so it did not start.",
			Do:    "Create the folder, or correct the path in the configuration.",
		}
	}
	network := networkOf(folder)
	if network == "" || (network == fuse && allowFUSE) {
		return nil
	}
	return &agent.Error{
		Code: "folder-network", Class: agent.Refuse,
		What:  fmt.Sprintf("The folder %s lies on a file system of the kind %s.", folder, network),
		Means: "A database there can lose stored scans when the connection breaks, so it was not opened.",
		Do:    "Put the data folder on a disk of this machine, and copy backups to the network.",
	}
}

// glimpse is what can be known of a file before it is opened for good.
type glimpse struct {
	empty   bool // no file, or nothing in it
	id      int64
	version int64
	program string // which wrote the schema
}

// look reads what a file is without changing what was committed to it.
func look(ctx context.Context, path string) (g glimpse, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0 && !exists(path+"-wal")) {
		return glimpse{empty: true}, nil
	}
	if err != nil {
		return g, explain("look at the file", err)
	}
	if size := info.Size(); size > 0 && size < 512 { // no page: SQLite would take it for empty and write over it
		return g, foreign(path)
	}
	how := probing
	if exists(path + "-journal") {
		how = settling
	}
	err = use(ctx, path, how, func(s session) error {
		if g.id, _, err = first(s, value[int64], "PRAGMA application_id"); err != nil {
			return err
		}
		if g.version, _, err = first(s, value[int64], "PRAGMA user_version"); err != nil {
			return err
		}
		tables, _, err := first(s, value[int64], "SELECT count(*) FROM sqlite_schema")
		g.empty = tables == 0 && g.id == 0 && g.version == 0
		if err == nil && g.id == applicationID {
			g.program, _, err = first(s, value[string], "SELECT program FROM schema_history ORDER BY version DESC LIMIT 1")
		}
		return err
	})
	return g, explain("read the file", err)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// use opens one connection, works with it and closes it.
func use(ctx context.Context, path string, r role, work func(session) error) (err error) {
	db := open(path, r, 1)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return work(session{conn})
}

// check refuses a file that this version must not touch.
func (g glimpse) check(path string, newest int64) error {
	switch {
	case g.empty:
		return nil
	case g.id != applicationID:
		return foreign(path)
	case g.version > newest:
		return &agent.Error{
			Code: "database-newer", Class: agent.Refuse,
			What: fmt.Sprintf("The database was written by a newer version of this program (%s, schema %d; this one knows up to %d).",
				g.program, g.version, newest),
			Means: "Nothing in it was changed, and the agent did not start.",
			Do:    fmt.Sprintf("Install version %s or newer, or go back to a copy in the folder backups that was made before the update.", g.program),
		}
	}
	return nil
}

const codeForeign = "database-foreign"

func foreign(path string) error {
	return &agent.Error{
		Code: codeForeign, Class: agent.Refuse,
		What:  "The file " + path + " belongs to another program.",
		Means: "Nothing in it was changed, and the agent did not start.",
		Do:    "Correct the path in the configuration, or move the file away.",
	}
}

// pools are the connections of an open database.
type pools struct {
	writer  *sql.Conn // nil if opened for reading only
	writing *sql.DB
	reading *sql.DB
}

func (p pools) close() error {
	var failed []error
	if p.writer != nil {
		failed = append(failed, p.writer.Close())
	}
	for _, db := range []*sql.DB{p.reading, p.writing} { // the writer last: it folds the WAL in
		if db != nil {
			failed = append(failed, db.Close())
		}
	}
	return errors.Join(failed...)
}
