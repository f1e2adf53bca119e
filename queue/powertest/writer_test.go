package powertest

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"
)

// writerEnv, set to the name of a writer, turns the test binary into the
// process that loses its power; folderEnv is where it writes.
const (
	writerEnv = "POWERTEST_WRITER"
	folderEnv = "POWERTEST_FOLDER"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(writerEnv); name != "" {
		if err := write(writers[name], os.Getenv(folderEnv)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// store is something that acknowledges numbers. Opening one checks it.
type store interface {
	// last is the highest number found; all below it must be there too.
	last() int64
	// append stores the next number and returns it once it is durable, or is
	// claimed to be.
	append() (int64, error)
}

var writers = map[string]func(folder string) (store, error){
	"queue":                           ours(false),
	"queue with imports":              ours(true),
	"sqlite FULL":                     bare("FULL", 1000),
	"sqlite FULL, many checkpoints":   bare("FULL", 20),
	"sqlite NORMAL":                   bare("NORMAL", 1000),
	"sqlite NORMAL, many checkpoints": bare("NORMAL", 20),
}

// write tells the parent, line by line: "found N" after opening and checking,
// then "N" for each acknowledgement. It ends only by error or by force.
func write(open func(string) (store, error), folder string) error {
	s, err := open(folder)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "found", s.last())
	for {
		if err := out.Flush(); err != nil {
			return err
		}
		n, err := s.append()
		if err != nil {
			return err
		}
		fmt.Fprintln(out, n)
	}
}

// bareStore is SQLite without anything of ours around it. With FULL it shows
// that the drive is fair; with NORMAL, which is what the driver sets unless
// told otherwise, it is the twin that must lose.
type bareStore struct {
	db    *sql.DB
	found int64
	next  int64
}

func bare(synchronous string, checkpointPages int) func(string) (store, error) {
	return func(folder string) (store, error) {
		dsn := "file:" + filepath.Join(folder, "bare.db") + "?_journal_mode=WAL&_txlock=immediate&_synchronous=" + synchronous
		db, err := sql.Open("sqlite3", dsn)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		_, err = db.Exec(fmt.Sprintf(`PRAGMA wal_autocheckpoint=%d;
			CREATE TABLE IF NOT EXISTS scan (sequence INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT`, checkpointPages))
		if err != nil {
			return nil, err
		}
		s := &bareStore{db: db}
		return s, s.check()
	}
}

func (s *bareStore) check() error {
	var verdict string
	if err := s.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errors.New("integrity_check: " + verdict)
	}
	var count int64
	if err := s.db.QueryRow(`SELECT count(*), coalesce(max(sequence), 0) FROM scan`).Scan(&count, &s.found); err != nil {
		return err
	}
	if count != s.found {
		return fmt.Errorf("%d rows, but the last has number %d", count, s.found)
	}
	s.next = s.found + 1
	return nil
}

func (s *bareStore) last() int64 { return s.found }

func (s *bareStore) append() (int64, error) {
	n := s.next
	_, err := s.db.Exec(`INSERT INTO scan VALUES (?, ?)`, n, []byte("]E04006381333931"))
	s.next++
	return n, err
}
