package queue

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Codes of operations and conditions in the file: the index is what is stored,
// so new ones go to the end.
var (
	opCodes   = []agent.Op{agent.Add, agent.Set, agent.Void, agent.Move, agent.Note}
	condCodes = []agent.Condition{agent.Good, agent.Damaged, ""}
)

const condDamaged = 1

func codeOf[T comparable](codes []T, v T) (int64, error) {
	for i, c := range codes {
		if c == v {
			return int64(i), nil
		}
	}
	return 0, fault("entry", "An entry has an operation or condition that does not exist.", fmt.Errorf("%v", v))
}

func named[T any](codes []T, code int64) (T, error) {
	if code < 0 || code >= int64(len(codes)) {
		var none T
		return none, fmt.Errorf("code %d is not known", code)
	}
	return codes[code], nil
}

// packRaw spells raw bytes for their column: one to eighteen digits become an
// integer behind a leading 1, which takes half the room and is still readable.
func packRaw(raw []byte) any {
	if len(raw) == 0 {
		return nil
	}
	if len(raw) <= 18 && digits(string(raw)) {
		n, _ := strconv.ParseInt("1"+string(raw), 10, 64) // at most 1 and 18 digits: fits
		return n
	}
	return raw
}

func unpackRaw(src any) ([]byte, error) {
	switch v := src.(type) {
	case nil:
		return nil, nil
	case int64:
		if text := strconv.FormatInt(v, 10); len(text) > 1 && text[0] == '1' {
			return []byte(text[1:]), nil
		}
		return nil, fmt.Errorf("raw bytes kept as the number %d", v)
	case []byte:
		return v, nil
	}
	return nil, fmt.Errorf("raw bytes kept as %T", src)
}

// plainCode is what most reads mean: an AIM identifier in front of the text, and
// a key that is the text, or a GTIN filled up to 14 digits. A code that differs
// is stored in full. The rule is frozen: it says what stored rows mean, whatever
// becomes of barcode.Parse.
func plainCode(raw []byte) barcode.Code {
	if len(raw) == 0 {
		return barcode.Code{}
	}
	text := string(raw)
	symbology := ""
	if len(text) >= 3 && text[0] == ']' {
		symbology, text = text[1:3], text[3:]
	}
	key := text
	switch len(text) {
	case 8, 12, 13, 14:
		if digits(text) {
			key = strings.Repeat("0", 14-len(text)) + text
		}
	}
	return barcode.Code{Text: text, Key: key, Symbology: symbology}
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// monoZero is when the run's monotonic clock stood at 0 according to a scan. It
// hardly differs between scans, so that the difference is what is stored.
func monoZero(s *agent.Scan) int64 { return wallNanos(s) - s.Mono }

// wallNanos is the time of a scan in nanoseconds. Far outside of our centuries it
// wraps, the same way when a scan is written and when it is read.
func wallNanos(s *agent.Scan) int64 {
	if s.Read.IsZero() {
		return 0
	}
	return s.Read.At.UnixMicro() * 1000
}

// packCode spells a code for its column: null where the raw bytes say it all.
func packCode(raw []byte, code barcode.Code) (any, error) {
	if code == plainCode(raw) {
		return nil, nil
	}
	return body(code)
}

// scanColumns are what readScan expects, from scanTables.
const (
	scanColumns = `s.seq, actor.text, device.text, s.sequence, x.run, s.raw, s.code, s.op, s.voids,
		count.text, pass.text, x.round, item.text, bin.text, s.quantity, s.cond, s.flags,
		s.at, s.uncertainty, x.zero, s.drift`
	// scanTables joins with CROSS so that SQLite never turns the order around: it
	// must walk scan by seq and look the rest up.
	scanTables = `scan s CROSS JOIN context x ON x.no = s.context
		CROSS JOIN symbol actor ON actor.no = x.actor CROSS JOIN symbol device ON device.no = x.device
		CROSS JOIN symbol count ON count.no = x.count CROSS JOIN symbol pass ON pass.no = x.pass
		CROSS JOIN symbol bin ON bin.no = x.bin CROSS JOIN symbol item ON item.no = s.item`
)

func readScan(r row) (agent.Scan, error) {
	var s agent.Scan
	var actor string
	var raw any
	var code *string
	var voids *int64
	var op, cond, zero, drift int64
	err := r.Scan(&s.Seq, &actor, &s.Device, &s.Sequence, &s.Run, &raw, &code, &op, &voids,
		&s.Count, &s.Pass, &s.Round, &s.Item, &s.Bin, &s.Quantity, &cond, &s.Flags,
		instant{&s.Read.At}, span{&s.Read.Uncertainty}, &zero, &drift)
	if err != nil {
		return s, err
	}
	s.Actor, s.Mono = splitActor(actor), wallNanos(&s)-zero-drift
	if s.Op, err = named(opCodes, op); err != nil {
		return s, err
	}
	if s.Cond, err = named(condCodes, cond); err != nil {
		return s, err
	}
	if s.Raw, err = unpackRaw(raw); err != nil {
		return s, err
	}
	if voids != nil {
		s.Voids = agent.Seq(*voids)
	}
	if code == nil {
		s.Code = plainCode(s.Raw)
		return s, nil
	}
	return s, json.Unmarshal([]byte(*code), &s.Code)
}

const eventColumns = `e.seq, e.kind, e.v, e.at, actor.text, e.data`

const eventTables = `event e CROSS JOIN symbol actor ON actor.no = e.actor`

func readEvent(r row) (agent.Event, error) {
	var e agent.Event
	var actor, data string
	err := r.Scan(&e.Seq, &e.Kind, &e.V, instant{&e.At}, &actor, &data)
	e.Actor, e.Data = splitActor(actor), json.RawMessage(data)
	return e, err
}

func joinActor(a agent.Actor) string {
	if a == (agent.Actor{}) {
		return ""
	}
	return string(a.Kind) + ":" + a.ID
}

func splitActor(text string) agent.Actor {
	kind, id, _ := strings.Cut(text, ":")
	return agent.Actor{Kind: agent.ActorKind(kind), ID: id}
}
