package shopifysim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Bulk says how the shop writes lists into files, and what goes wrong with them.
// The zero value writes at once what was asked for.
//
// Sources, with what is not documented chosen harder for a client: start, polling
// and result are those of api/usage/bulk-operations/queries; that the children of a
// connection are lines of their own with __parentId is documented, where in the
// file they stand without groupObjects is not: here they all stand at its end.
type Bulk struct {
	// Takes is how long the shop writes at a file, by its clock.
	Takes time.Duration
	// Refuse is the code that the next Refusals starts are refused with, each if
	// that is Always: OPERATION_IN_PROGRESS, LIMIT_REACHED or INVALID.
	Refuse   string
	Refusals int
	// NoBarcodes refuses barcodes in a file: whether a connection of what has no id of
	// its own can be part of one is not documented.
	NoBarcodes bool
	// Fail is the code that the next Failures files end with, each if that is Always:
	// ACCESS_DENIED, TIMEOUT or INTERNAL_SERVER_ERROR. A part of the file is offered.
	Fail     string
	Failures int
	// Stuck files never come to an end, Expired ones are gone, Cancelled ones were
	// stopped by somebody.
	Stuck, Expired, Cancelled bool
	// Cut breaks the connection off in the middle of a file, CutAll whenever it is
	// fetched.
	Cut, CutAll bool
	// Short leaves the last line out of a file, Garbled breaks one.
	Short, Garbled bool
	// Size is added to what is said to be the size of a file.
	Size int64
	// Endless goes on with a file for so many bytes more.
	Endless int64
	// Pause passes between two parts of a file.
	Pause time.Duration
	// URL is said to be where the file is; Redirect is where its place leads to.
	URL, Redirect string
	// Rewrite changes every line.
	Rewrite func(line map[string]any)
}

// SetBulk changes how files are written from now on.
func (s *Shop) SetBulk(b Bulk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bulk.Bulk = b
}

// BulkCounters says what the shop was asked for files.
type BulkCounters struct {
	Started, Cancelled, Fetched int
	Tokens                      int // downloads that carried a token, which they must not
}

// BulkCounters returns the counts so far.
func (s *Shop) BulkCounters() BulkCounters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bulk.counters
}

type bulks struct {
	Bulk
	host     string // that the shop was asked under
	all      map[string]*bulk
	counters BulkCounters
}

// bulk is one list that is written into a file.
type bulk struct {
	id               string
	started          time.Time
	query            *ast.Field
	cancelled        bool
	fails            string
	file             *os.File // nil until it is whole
	size, lines, top int64
}

const bulkPath = "/bulk/"

// bulkMutations change nothing in the shop and take no key.
var bulkMutations = map[string]func(*execution, arguments) object{
	"bulkOperationRunQuery": (*execution).startBulk,
	"bulkOperationCancel":   (*execution).cancelBulk,
}

// startBulk begins a file.
func (x *execution) startBulk(args arguments) object {
	b := &x.shop.bulk
	if b.Refuse != "" && b.Refusals != 0 {
		b.Refusals -= min(max(b.Refusals, 0), 1)
		return refusedBulk(b.Refuse)
	}
	query, err := x.bulkQuery(args.text("query"))
	if err != nil {
		return refusedBulk("INVALID")
	}
	made := &bulk{id: x.shop.newID("BulkOperation"), started: x.shop.options.Now(), query: query}
	if b.Fail != "" && b.Failures != 0 {
		b.Failures -= min(max(b.Failures, 0), 1)
		made.fails = b.Fail
	}
	if b.all == nil {
		b.all = map[string]*bulk{}
	}
	b.all[made.id] = made
	b.counters.Started++
	return object{"__typename": "BulkOperationRunQueryPayload", "userErrors": []object{}, "bulkOperation": x.bulkObject(made)}
}

func refusedBulk(code string) object {
	return object{
		"__typename": "BulkOperationRunQueryPayload", "bulkOperation": nil,
		"userErrors": []object{{"__typename": "BulkOperationUserError", "code": code, "message": "The simulated shop refuses the query."}},
	}
}

// bulkQuery checks what a file is asked for. The simulation knows variants, with
// or without their barcodes.
func (x *execution) bulkQuery(text string) (*ast.Field, error) {
	document, errs := gqlparser.LoadQueryWithRules(x.shop.schema, text, nil)
	if len(errs) > 0 {
		return nil, errs
	}
	if len(document.Operations) != 1 || len(document.Operations[0].SelectionSet) != 1 || len(document.Operations[0].VariableDefinitions) > 0 {
		return nil, fmt.Errorf("a list has one query without variables and one root")
	}
	root, _ := document.Operations[0].SelectionSet[0].(*ast.Field)
	if root == nil || root.Name != "productVariants" || nodeOf(root) == nil {
		return nil, fmt.Errorf("the simulated shop lists variants only")
	}
	for _, child := range connections(nodeOf(root)) {
		if child.Name != "barcodes" || nodeOf(child) == nil || x.shop.bulk.NoBarcodes {
			return nil, fmt.Errorf("the simulated shop does not list %s", child.Name)
		}
	}
	return root, nil
}

// nodeOf is what a connection selects of each of its nodes.
func nodeOf(connection *ast.Field) ast.SelectionSet {
	for _, name := range []string{"edges", "node"} {
		var found *ast.Field
		for _, one := range connection.SelectionSet {
			if field, ok := one.(*ast.Field); ok && field.Name == name {
				found = field
			}
		}
		if found == nil {
			return nil
		}
		connection = found
	}
	return connection.SelectionSet
}

// connections are the connections among what is selected.
func connections(selected ast.SelectionSet) (found []*ast.Field) {
	for _, one := range selected {
		if field, ok := one.(*ast.Field); ok && strings.HasSuffix(field.Definition.Type.Name(), "Connection") {
			found = append(found, field)
		}
	}
	return found
}

// plainOf leaves the connections out of what is selected.
func plainOf(selected ast.SelectionSet) (rest ast.SelectionSet) {
	for _, one := range selected {
		if field, ok := one.(*ast.Field); ok && strings.HasSuffix(field.Definition.Type.Name(), "Connection") {
			continue
		}
		rest = append(rest, one)
	}
	return rest
}

func (x *execution) cancelBulk(args arguments) object {
	b := x.shop.bulk.all[args.text("id")]
	if b == nil {
		return object{"__typename": "BulkOperationCancelPayload", "bulkOperation": nil}
	}
	b.cancelled = true
	x.shop.bulk.counters.Cancelled++
	return object{"__typename": "BulkOperationCancelPayload", "bulkOperation": x.bulkObject(b)}
}

func (x *execution) bulkOperation(args arguments) any {
	if b := x.shop.bulk.all[args.text("id")]; b != nil {
		return x.bulkObject(b)
	}
	return nil
}

// bulkObject says how far a file is.
func (x *execution) bulkObject(b *bulk) object {
	with := x.shop.bulk
	o := object{
		"__typename": "BulkOperation", "id": b.id, "createdAt": b.started, "status": "RUNNING",
		"objectCount": "0", "rootObjectCount": "0",
	}
	past := x.shop.options.Now().Sub(b.started)
	switch {
	case b.cancelled || with.Cancelled:
		o["status"] = "CANCELED"
		return o
	case with.Expired:
		o["status"] = "EXPIRED"
		return o
	case with.Stuck:
		return o
	case past < with.Takes:
		done := strconv.FormatInt(int64(len(x.shop.items))*int64(past)/int64(with.Takes), 10)
		o["objectCount"], o["rootObjectCount"] = done, done
		return o
	}
	if b.file == nil {
		if err := x.writeBulk(b); err != nil {
			o["status"], o["errorCode"] = "FAILED", "INTERNAL_SERVER_ERROR"
			return o
		}
	}
	o["status"] = "COMPLETED"
	o["objectCount"], o["rootObjectCount"] = strconv.FormatInt(b.lines, 10), strconv.FormatInt(b.top, 10)
	if b.lines > 0 {
		o["url"], o["fileSize"] = x.shop.bulkURL(b), strconv.FormatInt(b.size+with.Size, 10)
	}
	if b.fails != "" {
		o["status"], o["errorCode"], o["partialDataUrl"] = "FAILED", b.fails, o["url"]
		o["url"], o["fileSize"] = nil, nil
	}
	return o
}

func (s *Shop) bulkURL(b *bulk) string {
	if s.bulk.URL != "" {
		return s.bulk.URL
	}
	return "http://" + s.bulk.host + bulkPath + b.id[strings.LastIndexByte(b.id, '/')+1:]
}

// writeBulk writes the whole file. It lies on the disk, without a name as soon as
// the system allows, so that a large shop does not fill the memory.
func (x *execution) writeBulk(b *bulk) error {
	file, err := os.CreateTemp("", "simulated-shop-")
	if err != nil {
		return err
	}
	_ = os.Remove(file.Name())
	lines := &bulkLines{file: file, rewrite: x.shop.bulk.Rewrite}
	node := nodeOf(b.query)
	for _, it := range x.shop.items {
		if !it.removed {
			lines.write(x.fields(plainOf(node), x.variantObject(it), map[string]any{}))
		}
	}
	b.top = lines.n
	for _, child := range connections(node) {
		for _, it := range x.shop.items {
			for _, code := range codesOf(it) {
				line := x.fields(nodeOf(child), object{"__typename": "ProductVariantBarcode", "value": code}, map[string]any{})
				line["__parentId"] = it.ids.Variant
				lines.write(line)
			}
		}
	}
	lines.flush()
	b.file, b.lines, b.size = file, lines.n, lines.size
	return lines.err
}

// codesOf are an item's first barcode and its others.
func codesOf(it *item) (codes []string) {
	for _, code := range append([]string{it.Barcode}, it.Barcodes...) {
		if code != "" && !it.removed {
			codes = append(codes, code)
		}
	}
	return codes
}

// bulkLines writes lines in large pieces.
type bulkLines struct {
	file    io.Writer
	rewrite func(map[string]any)
	piece   []byte
	n, size int64
	err     error
}

func (l *bulkLines) write(line map[string]any) {
	if l.rewrite != nil {
		l.rewrite(line)
	}
	text, err := json.Marshal(line)
	if err != nil {
		l.err = err
		return
	}
	l.n++
	l.size += int64(len(text)) + 1
	if l.piece = append(append(l.piece, text...), '\n'); len(l.piece) > 1<<16 {
		l.flush()
	}
}

func (l *bulkLines) flush() {
	if _, err := l.file.Write(l.piece); err != nil {
		l.err = err
	}
	l.piece = l.piece[:0]
}

// serveBulk is the place that files are fetched from. It is another host in
// reality, so whoever shows it a token gives that away.
func (s *Shop) serveBulk(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b, with := s.bulk.all["gid://shopify/BulkOperation/"+strings.TrimPrefix(r.URL.Path, bulkPath)], s.bulk.Bulk
	s.bulk.counters.Fetched++
	if r.Header.Get("X-Shopify-Access-Token") != "" || r.Header.Get("Authorization") != "" {
		s.bulk.counters.Tokens++
	}
	s.bulk.Cut = false
	s.mu.Unlock()
	switch {
	case with.Redirect != "":
		http.Redirect(w, r, with.Redirect, http.StatusFound)
	case b == nil || b.file == nil:
		http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", "application/jsonl")
		b.serve(w, r, with)
	}
}

func (b *bulk) serve(w http.ResponseWriter, r *http.Request, with Bulk) {
	size := b.size
	if with.Short {
		size = b.lastLine()
	}
	if with.Cut || with.CutAll {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		size /= 2
	}
	from := io.NewSectionReader(b.file, 0, size)
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if with.Garbled && n > 0 {
			piece[n/2], with.Garbled = '\n', false
		}
		if _, lost := w.Write(piece[:n]); lost != nil {
			return
		}
		if with.Pause > 0 {
			_ = http.NewResponseController(w).Flush()
			wait(r.Context(), with.Pause)
		}
		if err != nil {
			break
		}
	}
	if with.Cut || with.CutAll {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	blank := []byte(strings.Repeat("{}\n", 20_000))
	for sent := int64(0); sent < with.Endless; sent += int64(len(blank)) {
		if _, err := w.Write(blank); err != nil {
			return
		}
	}
}

// lastLine is where the last line begins.
func (b *bulk) lastLine() int64 {
	tail := make([]byte, min(b.size, 1<<16))
	_, _ = b.file.ReadAt(tail, b.size-int64(len(tail)))
	return b.size - int64(len(tail)) + int64(strings.LastIndexByte(string(tail[:len(tail)-1]), '\n')) + 1
}

// variantsCount counts the variants up to a limit.
func (x *execution) variantsCount(args arguments) any {
	n, precision := 0, "EXACT"
	for _, it := range x.shop.items {
		if !it.removed {
			n++
		}
	}
	if limit := size(args["limit"]); limit > 0 && n > limit {
		n, precision = limit, "AT_LEAST"
	}
	return object{"__typename": "Count", "count": n, "precision": precision}
}

// ChangeItem changes what the catalogue says of an item; its id stays.
func (s *Shop) ChangeItem(itemID string, change func(*Item)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.byItem[itemID]
	if it == nil || it.removed {
		return fmt.Errorf("the shop has no item %q", itemID)
	}
	change(&it.Item)
	it.updated = s.options.Now()
	return nil
}
