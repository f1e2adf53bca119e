package shopify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// counts is the size of a file.
type counts struct {
	lines, roots int64
	bytes        int64 // -1 where it is not known
}

// spool keeps a file's lines on the disk until all of them have come. Where the
// lines of a variant's barcodes stand in the file is not promised, so the lines
// are dealt into parts, those of one variant into the same; a part is what is held
// in memory at a time.
type spool struct {
	folder     string
	parts      []*part
	at         int // the part that is read next
	want, have counts
	limit      int64
	whole      bool

	ctx    context.Context // of the fetching, over many calls
	cancel context.CancelFunc
	body   io.ReadCloser
	lines  *bufio.Reader
}

type part struct {
	file *os.File
	*bufio.Writer
}

const (
	spoolPrefix = "catalogue-"
	// partBytes is how large a part should be; partsMost bounds the open files.
	partBytes, partsMost = 512 << 10, 256
	partBuffer           = 8 << 10
)

func newSpool(dir string, want counts, limit int64) (*spool, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	folder, err := os.MkdirTemp(dir, spoolPrefix)
	if err != nil {
		return nil, err
	}
	s := &spool{folder: folder, want: want, limit: limit}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	size := want.bytes
	if size < 0 {
		size = limit
	}
	for i := range min(size/partBytes+1, partsMost) {
		file, err := os.OpenFile(filepath.Join(folder, fmt.Sprint(i)), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			s.close()
			return nil, err
		}
		s.parts = append(s.parts, &part{file, bufio.NewWriterSize(file, partBuffer)})
	}
	return s, nil
}

// put writes a line into the part of its variant.
func (s *spool) put(key string, line []byte) error {
	h := fnv.New32a()
	_, _ = io.WriteString(h, key)
	p := s.parts[h.Sum32()%uint32(len(s.parts))]
	if _, err := p.Write(line); err != nil || bytes.HasSuffix(line, []byte("\n")) {
		return err
	}
	return p.WriteByte('\n') // the file's last line may have no end
}

func (s *spool) flush() error {
	var errs []error
	for _, p := range s.parts {
		errs = append(errs, p.Flush())
	}
	return errors.Join(errs...)
}

// close ends the fetching and removes the files.
func (s *spool) close() {
	s.cancel()
	if s.body != nil {
		s.body.Close()
	}
	for _, p := range s.parts {
		p.file.Close()
	}
	os.RemoveAll(s.folder)
}

// clearSpools removes what a stop in the middle left.
func clearSpools(dir string) {
	if dir == "" {
		return
	}
	left, _ := filepath.Glob(filepath.Join(dir, spoolPrefix+"*"))
	for _, folder := range left {
		os.RemoveAll(folder)
	}
}

// bulkLine is a variant or one of its barcodes.
type bulkLine struct {
	admin.Variant
	Parent string `json:"__parentId"`
	Value  string `json:"value"`
}

// unspool returns the items of the next part.
func (c *Connector) unspool(l *listing) (agent.Page[agent.Item], error) {
	s := l.spool
	variants, codes, err := s.read()
	if err != nil {
		return agent.Page[agent.Item]{}, noSpool(err)
	}
	var page agent.Page[agent.Item]
	for _, v := range variants {
		c.admit(&page, v, l.currency, codes[v.Id])
	}
	if s.at == 1 && l.single && !c.single {
		page.Skipped = append(page.Skipped, oneBarcode())
	}
	page.Progress = agent.Progress{Stage: agent.Storing, Of: s.have.roots}
	l.ended = s.at == len(s.parts)
	return page, nil
}

// read reads the next part.
func (s *spool) read() (variants []admin.Variant, codes map[string][]string, err error) {
	p := s.parts[s.at]
	s.at++
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	codes = make(map[string][]string)
	decoder := json.NewDecoder(bufio.NewReader(p.file))
	for {
		var line bulkLine
		switch err := decoder.Decode(&line); {
		case errors.Is(err, io.EOF):
			return variants, codes, nil
		case unreadable(err):
			// The line is JSON, but no variant: it is told as one that cannot be used.
			variants = append(variants, admin.Variant{DisplayName: line.DisplayName})
		case err != nil:
			return nil, nil, err
		case line.Parent == "":
			variants = append(variants, line.Variant)
		default:
			codes[line.Parent] = append(codes[line.Parent], line.Value)
		}
	}
}

// unreadable reports whether a line has a value of another type than is expected;
// the lines after it can be read all the same.
func unreadable(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

func oneBarcode() agent.Finding {
	return agent.Finding{
		Severity: agent.Warning, Code: "shopify.one-barcode",
		What:  "The shop writes only the first barcode of an item into the list of its items.",
		Means: "Further barcodes of an item are not known here.",
		Do:    "Teach them to the agent when they are scanned.",
	}
}
