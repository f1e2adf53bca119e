package queue

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/stockhand/stockhand/agent"
)

// setting is one PRAGMA that a connection must have.
type setting struct {
	pragma string
	want   string
}

// role is one way of opening the file: the keys of its DSN, statements to run on
// every new connection, and the settings that are read back. They are read back
// because the driver ignores DSN keys that it does not know, and because its own
// default is synchronous=NORMAL, which loses acknowledged scans on a power cut.
type role struct {
	keys     string
	setup    []string
	settings []setting
}

var (
	// writing is the single writer. The automatic checkpoint is only a net below
	// the one of Run: SQLite drops its errors.
	writing = role{
		keys: "_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on&_txlock=immediate" +
			"&_busy_timeout=5000&_stmt_cache_size=100",
		setup: []string{"PRAGMA wal_autocheckpoint=16384"},
		settings: []setting{
			{"journal_mode", "wal"},
			{"synchronous", "2"},
			{"foreign_keys", "1"},
			{"wal_autocheckpoint", "16384"},
		},
	}
	// reading serves views beside the writer.
	reading = role{
		keys: "mode=ro&_query_only=1&_synchronous=FULL&_foreign_keys=on" +
			"&_txlock=deferred&_busy_timeout=5000&_stmt_cache_size=100",
		settings: []setting{{"query_only", "1"}, {"synchronous", "2"}, {"foreign_keys", "1"}},
	}
	// probing looks at a file that may not be ours without changing it.
	probing = role{
		keys:     "mode=ro&_query_only=1&_synchronous=FULL&_busy_timeout=5000",
		settings: []setting{{"query_only", "1"}},
	}
	// settling is probing where a cut left a rollback journal beside the file: SQLite puts
	// the file back to what was committed last before anybody can read it.
	settling = role{
		keys:     "mode=rw&_query_only=1&_synchronous=FULL&_busy_timeout=5000",
		settings: []setting{{"query_only", "1"}},
	}
	// rebuilding fills the temporary file of a replay, which needs no durability.
	rebuilding = role{
		keys:     "_journal_mode=OFF&_synchronous=OFF&_foreign_keys=on&_txlock=immediate&_stmt_cache_size=100",
		settings: []setting{{"foreign_keys", "1"}},
	}
)

// connector opens connections in one role. It takes the place of a driver
// registered by name, so that every new connection of a pool is checked.
type connector struct {
	path string
	role role
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// Connect implements driver.Connector: it opens a connection and reads its
// settings back.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.Driver().Open(fileURL(c.path) + "?" + c.role.keys)
	if err != nil {
		return nil, err
	}
	conn := opened.(*sqlite3.SQLiteConn)
	if err := c.role.prepare(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func (r role) prepare(conn *sqlite3.SQLiteConn) error {
	for _, statement := range r.setup {
		if _, err := conn.Exec(statement, nil); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	for _, s := range r.settings {
		got, err := pragma(conn, s.pragma)
		if err != nil {
			return fmt.Errorf("read back %s: %w", s.pragma, err)
		}
		if got != s.want {
			return settingRefused(s, got)
		}
	}
	return nil
}

func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(value); err != nil && err != io.EOF {
		return "", err
	}
	if len(value) == 0 {
		return "", nil
	}
	return fmt.Sprint(value[0]), nil
}

func settingRefused(s setting, got string) error {
	return &agent.Error{
		Code: "database-setting", Class: agent.Fault,
		What:  fmt.Sprintf("The database runs with %s=%s instead of %s.", s.pragma, got, s.want),
		Means: "Scans that were acknowledged could be lost when the power fails, so nothing was opened.",
		Do:    "Use the program as it was released. If this is it, report the version and this message.",
	}
}

// open makes a pool of connections in one role.
func open(path string, r role, connections int) *sql.DB {
	db := sql.OpenDB(connector{path, r})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// fileURL spells a path so that no character of it is taken for a DSN key.
func fileURL(path string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/data becomes file:///C:/data
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath()
}
