package queue

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// childEnv, set to the name of a child, makes the test binary that process;
// childPath is the database it works on.
const (
	childEnv  = "QUEUE_TEST_CHILD"
	childPath = "QUEUE_TEST_PATH"
)

var children = map[string]func(path string) error{"holder": holdFile, "scanner": scanUntilKilled, "importer": importUntilKilled}

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		if err := children[name](os.Getenv(childPath)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a running process of this test binary.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startChild(t *testing.T, name, path string) *child {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+name, childPath+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd, bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return c
}

// line returns the child's next line.
func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		t.Fatalf("the child ended: %v", c.lines.Err())
	}
	if text := c.lines.Text(); !strings.HasPrefix(text, "error") {
		return text
	}
	t.Fatal(c.lines.Text())
	return ""
}

// kill ends the child at once and returns the lines that it still said.
func (c *child) kill() (rest []string) {
	_ = c.cmd.Process.Kill()
	for c.lines.Scan() {
		rest = append(rest, c.lines.Text())
	}
	_ = c.cmd.Wait()
	return rest
}

func holdFile(path string) error {
	if _, err := Open(context.Background(), path, Options{AllowFUSE: true}); err != nil {
		return err
	}
	fmt.Println("open")
	select {}
}

func refusedAs(t *testing.T, err error, code string, says ...string) {
	t.Helper()
	e := agent.AsError(err)
	if err == nil || e.Code != code || e.What == "" || e.Means == "" || e.Do == "" {
		t.Fatalf("got %v, want %s", err, code)
	}
	for _, word := range says {
		if !strings.Contains(e.Error(), word) {
			t.Errorf("%q does not say %q", e.Error(), word)
		}
	}
}

func TestASecondAgentIsRefusedAndToldWhoIsThere(t *testing.T) {
	path := tempPath(t)
	holder := startChild(t, "holder", path)
	holder.line(t)
	_, err := Open(t.Context(), path, Options{AllowFUSE: true})
	refusedAs(t, err, "database-in-use", strconv.Itoa(holder.cmd.Process.Pid))

	beside, err := OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		t.Fatalf("reading beside an agent: %v", err)
	}
	if _, err := tryPut(beside, scans(read(1))); !errors.Is(err, errReadOnly) {
		t.Errorf("writing to what was opened for reading: %v", err)
	}
	if err := beside.Run(t.Context()); !errors.Is(err, errReadOnly) {
		t.Errorf("Run: %v", err)
	}
	if _, err := beside.Replace(t.Context(), anna, start, "", catalogue(1), nil, nil); !errors.Is(err, errReadOnly) {
		t.Errorf("Replace: %v", err)
	}
	checkSound(t, beside)
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	holder.kill()
	openAt(t, path) // nothing of a dead agent's lock is left
}

// change makes statements run on a closed database, past the program.
func change(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func closed(t *testing.T, write func(*Queue)) (path string) {
	t.Helper()
	path = tempPath(t)
	q := openAt(t, path)
	if write != nil {
		write(q)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAFileOfANewerVersionIsLeftAlone(t *testing.T) {
	path := closed(t, nil)
	change(t, path, "PRAGMA user_version = 4711", "INSERT INTO schema_history VALUES (4711, 0, '9.9.9')")
	before := content(t, path)
	_, err := Open(t.Context(), path, Options{AllowFUSE: true})
	refusedAs(t, err, "database-newer", "9.9.9", "4711", "backups")
	_, err = OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	refusedAs(t, err, "database-newer")
	if content(t, path) != before {
		t.Error("the file was changed")
	}
}

func TestFilesOfOtherProgramsAreLeftAlone(t *testing.T) {
	for name, write := range map[string]func(path string){
		"another database":  func(path string) { change(t, path, "CREATE TABLE theirs (a)") },
		"with an id":        func(path string) { change(t, path, "PRAGMA application_id = 7") },
		"no database":       func(path string) { _ = os.WriteFile(path, []byte(strings.Repeat("dear diary\n", 1000)), 0o600) },
		"hardly anything":   func(path string) { _ = os.WriteFile(path, []byte("x"), 0o600) },
		"binary, same size": func(path string) { _ = os.WriteFile(path, make([]byte, 4096), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			write(path)
			before := content(t, path)
			_, err := Open(t.Context(), path, Options{AllowFUSE: true})
			refusedAs(t, err, "database-foreign", path)
			if content(t, path) != before {
				t.Error("the file was changed")
			}
			if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestFoldersThatCannotKeepADatabaseAreRefused(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "nowhere", "stockhand.db"), Options{AllowFUSE: true})
	refusedAs(t, err, "folder-missing", "nowhere")
	_, err = OpenReadOnly(t.Context(), tempPath(t), Options{AllowFUSE: true})
	refusedAs(t, err, "database-missing")
}

func TestOddPathsAreNotTakenForSettings(t *testing.T) {
	for _, name := range []string{"a b.db", "a?_synchronous=OFF.db", "100%.db", "#1.db", "ä&b;c.db"} {
		path := filepath.Join(t.TempDir(), name)
		q := openAt(t, path)
		openCount(t, q, 1)
		if !exists(path) {
			t.Errorf("%s was not made", name)
		}
	}
}

func TestWrongSettingsAreNoticed(t *testing.T) {
	path := closed(t, nil)
	for name, keys := range map[string]string{
		"misspelt":   strings.Replace(writing.keys, "_synchronous", "_synchronus", 1),
		"weaker":     strings.Replace(writing.keys, "FULL", "NORMAL", 1),
		"no journal": strings.Replace(writing.keys, "WAL", "DELETE", 1),
	} {
		r := writing
		r.keys = keys
		err := use(t.Context(), path, r, func(session) error { return nil })
		if agent.AsError(err).Code != "database-setting" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryConnectionOfThePoolsIsChecked(t *testing.T) {
	q := openTemp(t)
	var used []*sql.Conn
	for range 4 {
		conn, err := q.reading.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		used = append(used, conn)
		if _, err := conn.ExecContext(t.Context(), "DELETE FROM number"); err == nil {
			t.Error("a reader can write")
		}
	}
	for _, conn := range used {
		conn.Close()
	}
	for pragma, want := range map[string]int64{"synchronous": 2, "foreign_keys": 1} {
		if got, _, err := first(session{q.writer}, value[int64], "PRAGMA "+pragma); err != nil || got != want {
			t.Errorf("%s = %d %v", pragma, got, err)
		}
	}
}

// What is stored cannot be changed by a mistake of ours either.
func TestTheLogRefusesChanges(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	put(t, q, scans(read(1)))
	for _, table := range []string{"scan", "event", "symbol", "context"} {
		var key, column string
		switch table {
		case "scan":
			key, column = "seq", "quantity"
		case "event":
			key, column = "seq", "v"
		default:
			key, column = "no", "no"
		}
		for _, statement := range []string{
			fmt.Sprintf("UPDATE %s SET %s = %s + 1 WHERE %s > 0", table, column, column, key),
			fmt.Sprintf("DELETE FROM %s WHERE %s > 0", table, key),
		} {
			if err := (session{q.writer}).exec(statement); err == nil {
				t.Errorf("%s was carried out", statement)
			}
		}
	}
	checkSound(t, q)
}

// A cut in the middle of making the file leaves a rollback journal. What was committed
// before, here nothing, is put back, and the start goes on.
func TestACutWhileTheFileIsMadeDoesNotKeepItFromOpening(t *testing.T) {
	from, path := tempPath(t), tempPath(t)
	db, err := sql.Open("sqlite3", "file:"+from+"?_journal_mode=DELETE&_cache_size=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		"BEGIN", "CREATE TABLE half (made BLOB)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO half SELECT randomblob(1000) FROM n",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, end := range []string{"", "-journal"} {
		half, err := os.ReadFile(from + end)
		if err != nil || len(half) == 0 {
			t.Fatalf("%d bytes, %v", len(half), err)
		}
		if err := os.WriteFile(path+end, half, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	q := openAt(t, path)
	openCount(t, q, 1)
	checkSound(t, q)
}
