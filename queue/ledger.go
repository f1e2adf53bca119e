package queue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// ledger appends rows to the log and keeps the views beside it. Write and Replay
// both work through it, so that there is one way from a row to the views. It is
// used by one goroutine at a time, inside a transaction.
type ledger struct {
	session
	epoch string
	older agent.Seq // up to this row windows began by an older rule; see the table counting_since
	mark
	fresh bool // the scan that is applied is the first of its context
	// Numbers of texts and contexts used lately. They are only caches.
	symbols  map[string]int64
	contexts map[circumstance]numbered
}

// mark is where the log ends. What is put back when a transaction fails.
type mark struct {
	seq      agent.Seq
	hash     hash
	symbol   int64     // the highest number given to a text
	contexts int64     // the highest number given to a context
	step     agent.Seq // the newest step of the clock
}

// circumstance is what a row of context says, in symbols.
type circumstance struct{ actor, device, run, count, pass, round, bin int64 }

// numbered is the number of a context and its zero.
type numbered struct{ no, zero int64 }

// cacheLimit bounds the caches; a text costs about 100 bytes.
const cacheLimit = 4096

func newLedger(s session) *ledger {
	return &ledger{session: s, symbols: map[string]int64{}, contexts: map[circumstance]numbered{}}
}

// found begins the log of an empty database.
func (l *ledger) found(epoch string) error {
	first := genesis(epoch)
	return l.exec("INSERT INTO head (one, epoch, seq, hash) VALUES (1, ?, 0, ?)", epoch, first[:])
}

// load reads where the log ends.
func (l *ledger) load() error {
	_, found, err := first(l.session, func(r row) (sum []byte, err error) {
		err = r.Scan(&l.epoch, &l.seq, &sum, &l.mark.symbol, &l.mark.contexts, &l.step, &l.older)
		copy(l.hash[:], sum)
		return sum, err
	}, `SELECT epoch, seq, hash, (SELECT max(no) FROM symbol), (SELECT ifnull(max(no), 0) FROM context),
		(SELECT ifnull(max(seq), 0) FROM step), (SELECT seq FROM counting_since) FROM head`)
	if err == nil && !found {
		err = damaged("The database has no head row.", nil)
	}
	return err
}

// restore puts the state back to where it was before a transaction that failed.
func (l *ledger) restore(m mark) {
	l.mark = m
	clear(l.symbols)
	clear(l.contexts)
}

// seal writes where the log ends now; part of every commit that appended.
func (l *ledger) seal() error {
	return l.exec("UPDATE head SET seq = ?, hash = ?", int64(l.seq), l.hash[:])
}

// append adds one row to the log and applies it to the views. The row's Seq is
// filled in.
func (l *ledger) append(r agent.Record) error {
	var err error
	r.Seq = l.seq + 1
	if r.Scan != nil {
		r.Scan.Seq = r.Seq
		err = l.insertScan(r.Scan)
	} else {
		r.Event.Seq = r.Seq
		err = l.insertEvent(r.Event)
	}
	if err != nil {
		return err
	}
	l.seq, l.hash = r.Seq, l.hash.then(r)
	if l.seq%stride == 0 {
		err = l.exec("INSERT INTO checkpoint (seq, hash) VALUES (?, ?)", int64(l.seq), l.hash[:])
	}
	if err != nil {
		return err
	}
	return l.apply(r)
}

func (l *ledger) insertScan(s *agent.Scan) error {
	op, err := codeOf(opCodes, s.Op)
	if err != nil {
		return err
	}
	cond, err := codeOf(condCodes, s.Cond)
	if err != nil {
		return err
	}
	code, err := packCode(s.Raw, s.Code)
	if err != nil {
		return err
	}
	contexts := l.mark.contexts
	context, err := l.context(s)
	if err != nil {
		return err
	}
	l.fresh = l.mark.contexts > contexts
	item, err := l.symbolOf(string(s.Item))
	if err != nil {
		return err
	}
	var voids any
	if s.Voids != 0 {
		voids = int64(s.Voids)
	}
	return l.exec(`INSERT INTO scan (seq, context, item, quantity, op, cond, flags, voids, sequence, at, uncertainty, drift, raw, code)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		int64(s.Seq), context.no, item, s.Quantity, op, cond, int64(s.Flags), voids, s.Sequence,
		at(s.Read.At), micros(s.Read.Uncertainty), monoZero(s)-context.zero, packRaw(s.Raw), code)
}

func (l *ledger) insertEvent(e *agent.Event) error {
	actor, err := l.symbolOf(joinActor(e.Actor))
	if err != nil {
		return err
	}
	return l.exec("INSERT INTO event (seq, kind, v, at, actor, data) VALUES (?,?,?,?,?,?)",
		int64(e.Seq), string(e.Kind), e.V, at(e.At), actor, string(e.Data))
}

// symbolOf returns the number of a text, giving it one if it has none.
func (l *ledger) symbolOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if no, ok := l.symbols[text]; ok {
		return no, nil
	}
	no, found, err := first(l.session, value[int64], "SELECT no FROM symbol WHERE text = ?", text)
	if err == nil && !found {
		l.mark.symbol++
		no = l.mark.symbol
		err = l.exec("INSERT INTO symbol (no, text) VALUES (?, ?)", no, text)
	}
	if err == nil {
		remember(l.symbols, text, no)
	}
	return no, err
}

// symbolsOf returns the numbers of several texts.
func (l *ledger) symbolsOf(texts ...string) ([]int64, error) {
	numbers := make([]int64, len(texts))
	for i, text := range texts {
		no, err := l.symbolOf(text)
		if err != nil {
			return nil, err
		}
		numbers[i] = no
	}
	return numbers, nil
}

// context returns the number of a scan's circumstances, giving it one if needed.
func (l *ledger) context(s *agent.Scan) (numbered, error) {
	n, err := l.symbolsOf(joinActor(s.Actor), string(s.Device), string(s.Count), string(s.Pass), string(s.Bin))
	if err != nil {
		return numbered{}, err
	}
	c := circumstance{actor: n[0], device: n[1], run: int64(s.Run), count: n[2], pass: n[3], round: s.Round, bin: n[4]}
	if x, ok := l.contexts[c]; ok {
		return x, nil
	}
	x, found, err := first(l.session, func(r row) (x numbered, err error) {
		err = r.Scan(&x.no, &x.zero)
		return x, err
	}, `SELECT no, zero FROM context WHERE pass=? AND bin=? AND round=? AND actor=? AND device=? AND run=? AND count=?`,
		c.pass, c.bin, c.round, c.actor, c.device, c.run, c.count)
	if err == nil && !found {
		l.mark.contexts++
		x = numbered{l.mark.contexts, monoZero(s)}
		err = l.exec("INSERT INTO context (no, actor, device, run, count, pass, round, bin, zero) VALUES (?,?,?,?,?,?,?,?,?)",
			x.no, c.actor, c.device, c.run, c.count, c.pass, c.round, c.bin, x.zero)
	}
	if err == nil {
		remember(l.contexts, c, x)
	}
	return x, err
}

// remember adds to a cache, emptying it when it is full: what is in use comes
// back at once.
func remember[K comparable, V any](cache map[K]V, key K, no V) {
	if len(cache) >= cacheLimit {
		clear(cache)
	}
	cache[key] = no
}

// completeScan returns a scan as the log keeps it.
func completeScan(s agent.Scan, by agent.Actor) (*agent.Scan, error) {
	if s.Actor == (agent.Actor{}) {
		s.Actor = by
	}
	if s.Cond == "" && (s.Op == agent.Add || s.Op == agent.Set) {
		s.Cond = agent.Good
	}
	s.Read = keptStamp(s.Read)
	s.Raw = bytes.Clone(s.Raw)
	c := &s.Code
	kind, measure := string(c.Kind), string(c.Amount.Of)
	for _, text := range []*string{&c.Text, &c.Key, &c.Symbology, &kind, &c.OtherKey, &c.Value, &c.AddOn, &measure, &c.Amount.Currency} {
		*text = strings.ToValidUTF8(*text, "\uFFFD") // JSON could not keep it
	}
	c.Kind, c.Amount.Of = barcode.Kind(kind), barcode.Measure(measure)
	return &s, checkActor(s.Actor)
}

// completeEvent returns an event as the log keeps it.
func completeEvent(e agent.Event, by agent.Actor, at time.Time) (*agent.Event, error) {
	e.At, e.Actor = kept(at), by
	var compact bytes.Buffer
	if err := json.Compact(&compact, e.Data); err != nil {
		return nil, fault("event", "A fact could not be written down.", fmt.Errorf("%s: %w", e.Kind, err))
	}
	e.Data = compact.Bytes()
	return &e, checkActor(by)
}

func checkActor(a agent.Actor) error {
	if a.Kind == "" || a.ID == "" || strings.Contains(string(a.Kind), ":") {
		return fault("actor", "A row without an actor cannot be stored.", fmt.Errorf("actor %q %q", a.Kind, a.ID))
	}
	return nil
}
