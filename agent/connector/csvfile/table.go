package csvfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxRecord is the longest line, with all that its quotes contain, in bytes.
const maxRecord = 64 << 10

// maxFields is the largest number of fields in a line.
const maxFields = 256

// table reads the lines of a CSV file one by one. Its memory does not depend on
// the file: a quote that is never closed costs one line, not the rest.
type table struct {
	in    *bufio.Reader
	comma byte
	line  int   // of the record that next returned last; the first line is 1
	after int   // line on which the next record begins
	off   int64 // bytes read so far
	field []string
}

// Faults of a line's form. Their texts end a sentence about the line.
var (
	errQuoteOpen  = errors.New("a quote is opened and never closed")
	errQuoteStray = errors.New("something follows a closing quote")
	errTooLong    = errors.New("the line is longer than 64 KiB")
	errTooWide    = errors.New("the line has more than 256 fields")
)

func newTable(r io.Reader) *table {
	return &table{in: bufio.NewReaderSize(r, 4*maxRecord), comma: ',', after: 1}
}

// resume makes a table that goes on inside a file: r is at its byte off, where
// line begins.
func resume(r io.Reader, comma byte, off int64, line int) *table {
	t := newTable(r)
	t.comma, t.off, t.after = comma, off, line
	return t
}

// start skips a byte order mark and finds out what separates the fields: that of
// the separators which the first line has most of.
func (t *table) start() error {
	head, err := t.in.Peek(maxRecord)
	if len(head) == 0 {
		return err
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		t.skip(3)
		head = head[3:]
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	most := 0
	for _, c := range []byte(",;\t") {
		if n := bytes.Count(first, []byte{c}); n > most {
			t.comma, most = c, n
		}
	}
	return nil
}

// next returns the next line's fields; they are valid until the next call. Empty
// lines are passed over. At the end it returns io.EOF. Any fault of form concerns
// one line: the one after it can be read.
func (t *table) next() ([]string, error) {
	for {
		head, err := t.in.Peek(maxRecord)
		if len(head) == 0 {
			if err == nil || errors.Is(err, bufio.ErrBufferFull) {
				err = io.ErrNoProgress
			}
			return nil, err
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		t.line = t.after
		n, fault := t.record(head, errors.Is(err, io.EOF))
		if fault != nil {
			t.skipLine()
			return nil, fault
		}
		t.after += bytes.Count(head[:n], []byte("\n"))
		if n > 0 && head[n-1] == '\r' {
			t.after++
		}
		t.skip(n)
		if len(t.field) > 1 || strings.TrimSpace(t.field[0]) != "" {
			return t.field, nil
		}
	}
}

// record splits the first record of head into t.field and returns its length with
// the line end. last tells that head reaches to the end of the file.
func (t *table) record(head []byte, last bool) (n int, err error) {
	t.field = t.field[:0]
	for {
		text, used, err := t.value(head[n:], last)
		if err != nil {
			return 0, err
		}
		n += used
		if t.field = append(t.field, text); len(t.field) > maxFields {
			return 0, errTooWide
		}
		if n == len(head) {
			if !last {
				return 0, errTooLong
			}
			return n, nil
		}
		c := head[n]
		n++
		if c == '\n' {
			return n, nil
		}
		if c == '\r' && n < len(head) && head[n] == '\n' {
			return n + 1, nil
		}
		if c == '\r' {
			return n, nil
		}
	}
}

// value reads one field and stops before what ends it.
func (t *table) value(head []byte, last bool) (text string, used int, err error) {
	if len(head) > 0 && head[0] == '"' {
		return t.quoted(head, last)
	}
	for i, c := range head {
		if c == t.comma || c == '\n' || c == '\r' {
			return string(head[:i]), i, nil
		}
	}
	return string(head), len(head), nil
}

func (t *table) quoted(head []byte, last bool) (text string, used int, err error) {
	var b strings.Builder
	for i := 1; i < len(head); i++ {
		if head[i] != '"' {
			b.WriteByte(head[i])
			continue
		}
		if i+1 < len(head) && head[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		if i+1 < len(head) && head[i+1] != t.comma && head[i+1] != '\n' && head[i+1] != '\r' {
			return "", 0, errQuoteStray
		}
		return b.String(), i + 1, nil
	}
	return "", 0, errQuoteOpen
}

func (t *table) skip(n int) {
	m, _ := t.in.Discard(n)
	t.off += int64(m)
}

// skipLine goes to the line after the one at which the reader stands.
func (t *table) skipLine() {
	for {
		part, err := t.in.ReadSlice('\n')
		t.off += int64(len(part))
		if err == nil {
			t.after++
			return
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}
