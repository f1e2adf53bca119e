package station

import (
	"cmp"
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// maxBack is how many scans are counted afterwards at once: the scans that come
// meanwhile wait for it.
const maxBack = 2_000

// Backward tells what teaching a barcode did to the scans that were made before.
type Backward struct {
	Counted []CountedBack `json:"counted,omitempty"`
	Left    []LeftBack    `json:"left,omitempty"`
	// More is how many scans are still to be counted. The same request once more
	// counts them.
	More int64 `json:"more,omitempty"`
	// Entries are the rows by which they count. Each can be undone.
	Entries []agent.Seq `json:"entries,omitempty"`
}

// CountedBack are the scans of one count that count now.
type CountedBack struct {
	Count agent.CountID `json:"count"`
	Name  string        `json:"name"`
	Scans int64         `json:"scans"`
	Units int64         `json:"units"`
}

// LeftBack are scans of one count that stay as they are, for one reason.
type LeftBack struct {
	Count agent.CountID `json:"count"`
	Name  string        `json:"name"`
	Scans int64         `json:"scans"`
	Why   string        `json:"why"` // as a clause
}

// number gives the entries their rows, which are only known once they are stored.
func (b *Backward) number(first agent.Seq) {
	for i := range b.Entries {
		b.Entries[i] = first + agent.Seq(i)
	}
}

// Add adds what the same request did once more.
func (b *Backward) Add(more Backward) {
	for _, c := range more.Counted {
		i := slices.IndexFunc(b.Counted, func(x CountedBack) bool { return x.Count == c.Count })
		if i < 0 {
			b.Counted = append(b.Counted, c)
			continue
		}
		b.Counted[i].Scans += c.Scans
		b.Counted[i].Units += c.Units
	}
	b.Entries = append(b.Entries, more.Entries...)
	b.Left, b.More = more.Left, more.More
}

func (b *Backward) count(in agent.Count, units int64) {
	i := slices.IndexFunc(b.Counted, func(x CountedBack) bool { return x.Count == in.ID })
	if i < 0 {
		i = len(b.Counted)
		b.Counted = append(b.Counted, CountedBack{Count: in.ID, Name: in.Name})
	}
	b.Counted[i].Scans++
	b.Counted[i].Units += units
	b.Entries = append(b.Entries, 0)
}

func (b *Backward) leave(in agent.Count, scans int64, why string) {
	if scans == 0 {
		return
	}
	i := slices.IndexFunc(b.Left, func(x LeftBack) bool { return x.Count == in.ID && x.Why == why })
	if i < 0 {
		i = len(b.Left)
		b.Left = append(b.Left, LeftBack{Count: in.ID, Name: in.Name, Why: why})
	}
	b.Left[i].Scans += scans
}

// unread are the flags of scans whose barcode was not known, or not how many it
// stands for.
const unread = agent.Unknown | agent.PackUnknown

// gathered is what was read about a barcode before anything is written: in long counts
// that takes a while, and no scan shall wait for it. What came since is added when it
// is used.
type gathered struct {
	text  string // what the barcode is called by
	key   string
	item  agent.ItemID
	head  agent.Seq // how far it was read
	notes []agent.Scan
	typed map[typedAt]agent.Seq
	done  []LeftBack // what is only told
}

// gather reads the scans of a barcode that count in no count that is under way. text
// is what the barcode is called by.
func (s *Station) gather(ctx context.Context, text string, item agent.ItemID) (*gathered, error) {
	g := &gathered{text: text, key: s.opts.Barcodes.Parse([]byte(text)).Key, item: item, typed: map[typedAt]agent.Seq{}}
	return g, s.store.Read(ctx, func(v agent.View) (err error) {
		if _, g.head, err = v.Head(); err != nil {
			return err
		}
		counts, err := v.Counts()
		if err != nil {
			return err
		}
		for _, count := range counts {
			if err := g.read(v, count); err != nil {
				return err
			}
		}
		slices.SortFunc(g.notes, func(a, b agent.Scan) int { return cmp.Compare(a.Seq, b.Seq) })
		return nil
	})
}

// has reports whether a scan that was kept is one of the barcode.
func (g *gathered) has(n agent.Scan) bool {
	return n.Op == agent.Note && n.Flags&unread != 0 && n.Flags&agent.NotArticle == 0 && (n.Code.Key == g.key || n.Code.Common() == g.text)
}

func (g *gathered) read(v agent.View, count agent.Count) error {
	tally, err := v.Tally(count.ID)
	if err != nil || tally.Noted == 0 || count.State == agent.CountCancelled {
		return err
	}
	notes, err := unreadIn(v, count.ID)
	if err != nil {
		return err
	}
	notes = slices.DeleteFunc(notes, func(n agent.Scan) bool { return !g.has(n) })
	if !underWay(count) {
		if n := int64(len(notes)); n > 0 {
			g.done = append(g.done, LeftBack{Count: count.ID, Name: count.Name, Scans: n, Why: "the count is done"})
		}
		return nil
	}
	g.notes = append(g.notes, notes...)
	for _, n := range notes {
		at := typedAt{n.Pass, n.Bin}
		if _, known := g.typed[at]; known {
			continue
		}
		if g.typed[at], err = newestTyped(v, at, g.item); err != nil {
			return err
		}
	}
	return nil
}

// update adds what was stored since, and leaves out what was undone or counted since.
func (g *gathered) update(v agent.View) error {
	err := eachSince(v, g.head, func(s agent.Scan) {
		g.head = s.Seq
		at := typedAt{s.Pass, s.Bin}
		switch {
		case s.Count != "" && g.has(s):
			g.notes = append(g.notes, s)
		case s.Op == agent.Set && s.Item == g.item && s.Flags&agent.Confirmed == 0:
			g.typed[at] = s.Seq
		}
	})
	if err != nil {
		return err
	}
	undone, err := v.Voided(seqsOf(g.notes)...)
	g.notes = slices.DeleteFunc(g.notes, func(n agent.Scan) bool { return undone[n.Seq] != 0 })
	return err
}

// eachSince goes through the scans after a row.
func eachSince(v agent.View, head agent.Seq, do func(agent.Scan)) error {
	for {
		rows, err := v.Log(head, looksBack)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if row.Scan != nil {
				do(*row.Scan)
			}
		}
		head = rows[len(rows)-1].Seq
	}
}

// underWay reports whether what a count holds can still change.
func underWay(c agent.Count) bool { return c.State == agent.CountOpen || c.State == agent.CountClosed }

// unreadIn returns the scans of a count that were kept because their barcode was not
// known, or not how many it stands for; undone ones left out.
func unreadIn(v agent.View, count agent.CountID) ([]agent.Scan, error) {
	all, err := standingNotes(v, count)
	return slices.DeleteFunc(all, func(n agent.Scan) bool { return n.Flags&unread == 0 }), err
}

// countBack returns the entries by which scans count that were made before their
// barcode was known: each once, at its own time, and undoable. A scan is left as it is
// where something was decided since that may hold it already.
func (s *Station) countBack(v agent.View, c command, l *lesson) ([]agent.Scan, Backward, error) {
	b := Backward{Left: slices.Clone(l.known.done)}
	h := &hindsight{station: s, view: v, lesson: l, also: taughtAlso{v, l.fact}}
	if l.answer.Known {
		h.also = v
	}
	var entries []agent.Scan
	for _, note := range l.known.notes {
		count, err := h.countOf(note.Count)
		if err != nil {
			return nil, b, err
		}
		entry, why, err := h.entry(c, note)
		switch {
		case err != nil:
			return nil, b, err
		case why != "":
			b.leave(count.Count, 1, why)
		case len(entries) == maxBack:
			b.More++
		default:
			entries = append(entries, entry)
			b.count(count.Count, entry.Quantity)
		}
	}
	return entries, b, nil
}

// hindsight decides about scans that were made before their barcode was known. What
// it found out for one holds for others.
type hindsight struct {
	station *Station
	view    agent.View
	also    agent.View // in which the barcode is known
	lesson  *lesson
	counts  map[agent.CountID]*judgedCount
	means   map[sameNote]meaning
	serials map[serialKey]bool
	passes  map[agent.PassID]agent.Pass
	unable  map[walkedBy]Heard
}

// walkedBy is somebody on a pass.
type walkedBy struct {
	pass agent.PassID
	who  agent.Actor
}

// sameNote is what scans have in common that mean the same.
type sameNote struct {
	symbology, text string
	count           agent.CountID
	round           int64
	bin             agent.Bin
}

type meaning struct {
	units int64
	why   string // it does not count, as a clause
}

type serialKey struct {
	count  agent.CountID
	round  int64
	serial string
}

// entry returns the entry that counts a scan, or why it stays as it is.
func (h *hindsight) entry(c command, note agent.Scan) (entry agent.Scan, why string, err error) {
	m, err := h.meaning(note)
	if err == nil && m.why == "" {
		m.why, err = h.decided(note)
	}
	if err != nil || m.why != "" {
		return entry, m.why, err
	}
	units := unitsOf(note, m.units)
	if units > MaxQuantity {
		return entry, "it would be more than can be entered at once", nil
	}
	pass := agent.Pass{ID: note.Pass, Count: note.Count, Round: note.Round}
	entry = h.station.typed(c, pass, h.lesson.item.ID, note.Bin, units, note.Cond)
	entry.Op, entry.Voids, entry.Code = agent.Add, note.Seq, note.Code
	entry.Read, entry.Run, entry.Mono = note.Read, note.Run, note.Mono
	seen, err := h.serial(&entry)
	if seen {
		why = "its serial number was counted already"
	}
	return entry, why, err
}

// serial looks whether the serial number of an entry counts already, also by one of
// the entries that are made now.
func (h *hindsight) serial(entry *agent.Scan) (seen bool, err error) {
	if seen, err = serialOf(h.view, entry); err != nil || seen || entry.Serial() == "" {
		return seen, err
	}
	if h.serials == nil {
		h.serials = map[serialKey]bool{}
	}
	key := serialKey{entry.Count, entry.Round, entry.Serial()}
	seen, h.serials[key] = h.serials[key], true
	return seen, nil
}

// meaning tells how many units a scan stands for, or why it can not count.
func (h *hindsight) meaning(note agent.Scan) (meaning, error) {
	key := sameNote{note.Code.Symbology, note.Code.Text, note.Count, note.Round, note.Bin}
	if m, known := h.means[key]; known {
		return m, nil
	}
	item, units, err := h.station.countedBy(h.also, note)
	m := meaning{units: units}
	switch code := agent.AsError(err).Code; {
	case err == nil && item != h.lesson.item.ID:
		m.why = "it is something else"
	case err == nil:
	case leftWhy[code] != "":
		m.why, err = leftWhy[code], nil
	}
	if h.means == nil {
		h.means = map[sameNote]meaning{}
	}
	h.means[key] = m
	return m, err
}

// leftWhy are the clauses for what refuses a scan, by the codes of countedBy.
var leftWhy = map[string]string{
	"no_item":   "it is not certain how many it stands for",
	"not_asked": "the count does not ask for the item",
	"no_bin":    "it is not known in which bin it was scanned",
}

// decided tells what was decided since about the item of a scan, as a clause.
func (h *hindsight) decided(note agent.Scan) (string, error) {
	if note.Flags&agent.Repeated != 0 {
		return "it may have come twice: count it by itself if the goods are there", nil
	}
	count, err := h.countOf(note.Count)
	if err != nil {
		return "", err
	}
	if why := count.decided(note); why != "" {
		return why, nil
	}
	pass, err := h.pass(note.Pass)
	if err != nil {
		return "", err
	}
	if why, err := h.barred(note, pass); err != nil || why != "" {
		return barredThen[why], err
	}
	if h.lesson.known.typed[typedAt{note.Pass, note.Bin}] > note.Seq {
		return "a quantity was typed after it, which holds it already", nil
	}
	return "", nil
}

// barredThen are the clauses for scans by whoever must not count the item.
var barredThen = map[Heard]string{
	OwnRecount: "who scanned it had counted the item first, and here somebody else has to count it",
	NotSigned:  "nobody had signed in, and it has to be known who counted",
}

// barred tells why whoever made a scan can not count the item.
func (h *hindsight) barred(note agent.Scan, pass agent.Pass) (why Heard, err error) {
	key := walkedBy{pass.ID, note.Counter(pass)}
	why, known := h.unable[key]
	if !known {
		if why, err = barred(h.view, pass, h.lesson.item.ID, key.who); h.unable == nil {
			h.unable = map[walkedBy]Heard{}
		}
		h.unable[key] = why
	}
	return why, err
}

func (h *hindsight) pass(id agent.PassID) (agent.Pass, error) {
	if pass, known := h.passes[id]; known {
		return pass, nil
	}
	pass, _, err := h.view.Pass(id)
	if h.passes == nil {
		h.passes = map[agent.PassID]agent.Pass{}
	}
	h.passes[id] = pass
	return pass, err
}

func (h *hindsight) countOf(id agent.CountID) (*judgedCount, error) {
	if h.counts == nil {
		h.counts = map[agent.CountID]*judgedCount{}
	}
	if count := h.counts[id]; count != nil {
		return count, nil
	}
	count, err := judgedFor(h.view, id, h.lesson.item.ID)
	h.counts[id] = count
	return count, err
}

// judgedCount is what was decided about one item in a count.
type judgedCount struct {
	agent.Count
	approved agent.Seq // the newest approval of the item
	recount  int64     // the newest round that asks for it
}

type typedAt struct {
	pass agent.PassID
	bin  agent.Bin
}

func judgedFor(v agent.View, id agent.CountID, item agent.ItemID) (*judgedCount, error) {
	count, err := findCount(v, id)
	if err != nil {
		return nil, err
	}
	j := &judgedCount{Count: count}
	deliveries, err := v.DeliveriesOf(id)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		if d.Adjustment.Item == item {
			j.approved = max(j.approved, d.Seq)
		}
	}
	recounts, err := v.Recounts(id)
	for _, r := range recounts {
		if slices.Contains(r.Items, item) {
			j.recount = max(j.recount, r.Round)
		}
	}
	return j, err
}

// decided tells why an entry of the item can not change any more, as a clause.
func (j *judgedCount) decided(scan agent.Scan) string {
	switch {
	case !underWay(j.Count):
		return "the count is " + string(j.State)
	case j.approved > scan.Seq:
		return "the item was approved since"
	case j.recount > scan.Round:
		return "the item is counted once more"
	}
	return ""
}

// newestTyped returns the newest quantity that a pass typed for an item in a bin and
// that stands. A zero that was confirmed for the whole pass is none: nobody knew of
// these goods then.
func newestTyped(v agent.View, at typedAt, item agent.ItemID) (agent.Seq, error) {
	entries, err := v.Scans(agent.ScanQuery{Pass: at.pass, Item: item, Bin: &at.bin, Limit: wholeCount})
	if err != nil {
		return 0, err
	}
	entries = slices.DeleteFunc(entries, func(e agent.Scan) bool { return e.Op != agent.Set || e.Flags&agent.Confirmed != 0 })
	undone, err := v.Voided(seqsOf(entries)...)
	for _, e := range entries { // the newest first
		if undone[e.Seq] == 0 {
			return e.Seq, err
		}
	}
	return 0, err
}
