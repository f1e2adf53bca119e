package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"
)

// session is one connection in use. Statements run without a context: a scan that
// has begun to be stored must end, and a cancellable context would cost a
// goroutine a statement.
type session struct{ conn *sql.Conn }

var background = context.Background()

func (s session) exec(query string, args ...any) error {
	_, err := s.conn.ExecContext(background, query, args...)
	return err
}

// change is exec for a statement that must find its row.
func (s session) change(query string, args ...any) (found bool, err error) {
	result, err := s.conn.ExecContext(background, query, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// autocommit reports whether no transaction is open: SQLite ends one by itself
// after some errors, a full disk among them.
func (s session) autocommit() bool {
	ended := true
	_ = s.conn.Raw(func(conn any) error {
		ended = conn.(*sqlite3.SQLiteConn).AutoCommit()
		return nil
	})
	return ended
}

// row is what a function that reads one row of a result is given.
type row interface{ Scan(dest ...any) error }

// all returns every row of a result. It never leaves a cursor open: an open one
// keeps the WAL from being moved into the database.
func all[T any](s session, read func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.conn.QueryContext(background, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// first returns the first row of a result.
func first[T any](s session, read func(row) (T, error), query string, args ...any) (one T, found bool, err error) {
	rows, err := s.conn.QueryContext(background, query, args...)
	if err != nil {
		return one, false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return one, false, rows.Err()
	}
	one, err = read(rows)
	return one, err == nil, err
}

// value reads a row of one column.
func value[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// How Go values are kept in columns. Reading takes a pointer that implements
// sql.Scanner, writing a plain value.

// instant reads a time kept as microseconds; null is the zero time.
type instant struct{ to *time.Time }

func (i instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i.to = time.Time{}
	case int64:
		*i.to = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time kept as %T", src)
	}
	return nil
}

// span reads a duration kept as microseconds.
type span struct{ to *time.Duration }

func (d span) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a duration kept as %T", src)
	}
	*d.to = time.Duration(v) * time.Microsecond
	return nil
}

// document reads a value kept as JSON; null leaves it as it is.
type document struct{ to any }

func (d document) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), d.to)
	case []byte:
		return json.Unmarshal(v, d.to)
	}
	return fmt.Errorf("a document kept as %T", src)
}

// at spells a time for a column.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// micros spells a duration for a column, rounded up: an uncertainty must not
// shrink.
func micros(d time.Duration) int64 {
	return int64((d + time.Microsecond - 1) / time.Microsecond)
}

// body spells a value as JSON for a column.
func body(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}
