package station

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Heard says what became of a read.
type Heard string

// What can become of a read. In every case it is stored.
const (
	Counted    Heard = "counted"
	Moved      Heard = "moved"       // a bin's label: the pass goes on there
	NotKnown   Heard = "unknown"     // no item has this barcode
	Several    Heard = "ambiguous"   // several items have it
	NotOwned   Heard = "unowned"     // no count is open for this scanner
	NoBin      Heard = "no bin"      // bins are kept here, and none was scanned yet
	NotAsked   Heard = "not asked"   // neither the recount nor the count's scope asks for it
	Unreadable Heard = "unreadable"  // too long to be a stock code
	NoPack     Heard = "no pack"     // a case or label of a known item, but not how many it stands for
	NotStock   Heard = "not stock"   // no article: a badge, a command, a code of set-up, noise
	Twice      Heard = "repeated"    // would have counted, but may be one scan sent twice: see scan.accept
	SameSerial Heard = "same serial" // its serial number was counted already: see scan.accept
	Awaits     Heard = "awaits"      // a command: it says what the next item counts as
	Undone     Heard = "undone"      // a command: what happened last is taken back
	Finished   Heard = "finished"    // a command: the pass is closed
	Greeted    Heard = "badge"       // a person's badge: who counts with the scanner from now on
)

// Ingested is the answer to a read: its stored scan and what it meant.
type Ingested struct {
	Heard Heard
	Scan  agent.Scan
	More  []agent.Scan // the second of two numbers that came as one read
	Name  string       // of the item, if one was found
	Seq   agent.Seq

	events  []agent.Event // besides the scans
	expired bool          // the badge of whoever held the scanner was scanned too long ago
}

// errOpenPass asks Ingest to open a pass first; nothing was stored.
var errOpenPass = errors.New("a pass must be opened first")

// Ingest stores one read. When it returns without error the read is on disk.
func (s *Station) Ingest(ctx context.Context, read agent.Read) (Ingested, error) {
	return s.ingest(ctx, command{}, read)
}

// ingest stores a read, once for each command. c is of the page that a scanner typed
// into, if one did.
func (s *Station) ingest(ctx context.Context, c command, read agent.Read) (Ingested, error) {
	code := s.opts.Barcodes.Parse(read.Raw)
	whose, err := s.whoseBadge(ctx, code)
	if err != nil {
		return Ingested{}, err
	}
	if whose != "" && mayGreet(c, whose) {
		return s.greet(ctx, c, read, code, whose)
	}
	if hidden := s.withoutBadges(read.Raw); hidden != nil {
		read.Raw = hidden
		code = s.opts.Barcodes.Parse(hidden)
	}
	in, err := s.keep(ctx, c, read, code, true)
	if errors.Is(err, errOpenPass) {
		if err = s.openPassFor(ctx, c, read, code); err == nil {
			// What changed meanwhile does not matter any more: the read is stored now.
			in, err = s.keep(ctx, c, read, code, false)
		}
	}
	return in, err
}

// keep stores the read with what it means now. mayOpen tells whether it may ask
// for a pass to be opened first.
func (s *Station) keep(ctx context.Context, c command, read agent.Read, code barcode.Code, mayOpen bool) (Ingested, error) {
	var in Ingested
	ack, err := s.store.Write(ctx, c.key(), func(v agent.View) (agent.Facts, error) {
		var opens bool
		err := stillIs(v, c.caller)
		if err != nil {
			return agent.Facts{}, err
		}
		if in, opens, err = s.resolve(v, c.caller.Actor, read, code); err != nil {
			return agent.Facts{}, err
		}
		if opens && mayOpen {
			return agent.Facts{}, errOpenPass
		}
		if in.Scan.Op == agent.Move {
			_, more, err := arrive(v, &in.Scan)
			if err != nil {
				return agent.Facts{}, err
			}
			in.events = append(in.events, more...)
		}
		return agent.Facts{Actor: in.Scan.Actor, At: read.At, Scans: append([]agent.Scan{in.Scan}, in.More...), Events: in.events, Result: in.Heard}, nil
	})
	if err == nil && ack.Repeated {
		err = json.Unmarshal(ack.Result, &in.Heard)
	}
	in.Seq = ack.First
	return in, err
}

// resolve is the one resolver: it decides what a read means. by is who asks for it, if
// somebody does. opens is true where a
// pass should be opened for the device first.
func (s *Station) resolve(v agent.View, by agent.Actor, read agent.Read, code barcode.Code) (in Ingested, opens bool, err error) {
	in = Ingested{Heard: NotOwned, Scan: s.noted(read, code)}
	pass, owned, err := v.PassOf(read.Device)
	if err != nil {
		return in, false, err
	}
	if owned {
		if err := enter(v, &in.Scan, pass); err != nil {
			return in, false, err
		}
	} else {
		in.Scan.Flags |= agent.Unowned
	}
	if in.expired, err = borne(v, &in.Scan, by); err != nil {
		return in, false, err
	}
	if read.Flags&agent.TooLong != 0 {
		in.Heard = Unreadable
		return in, false, nil
	}
	place, isPlace, err := placeOf(v, code)
	if err == nil && !isPlace && in.Scan.Pass != "" {
		place, isPlace, err = unlisted(v, code)
	}
	switch {
	case err != nil:
		return in, false, err
	case !isPlace && !code.Kind.IsArticle():
		in.Heard = NotStock
		in.Scan.Flags |= agent.NotArticle
		if code.Kind == barcode.Badge && in.Scan.Flags&agent.Done != 0 {
			in.Heard = Greeted
			in.Scan.Flags &^= agent.Unowned
		}
		if code.Kind == barcode.Command && in.Scan.Pass != "" {
			in, err = s.order(v, in, pass)
		}
		return in, false, err
	case !owned:
		return unowned(v, in, isPlace)
	case in.Scan.Flags&agent.Unowned != 0:
		return in, false, nil
	case isPlace && read.Flags&agent.Repeated != 0:
		in.Heard = Twice // the pass is there already
		return in, false, nil
	}
	next, _, err := v.Awaited(pass.ID)
	if err != nil {
		return in, false, err
	}
	if isPlace {
		return moved(in, place.Bin, next), false, nil
	}
	if in, err = s.item(v, in, pass, code); err == nil {
		in.multiply(next)
	}
	return in, false, err
}

// placeOf finds the bin whose label was read: one of the catalogue's, or one of our
// own with its name. A zone's label leads to a place without a bin.
func placeOf(v agent.View, code barcode.Code) (agent.Place, bool, error) {
	if code.Kind == barcode.Zone {
		return zoneOf(v, agent.Zone(code.Value))
	}
	if code.Text == "" || !code.Kind.IsArticle() && code.Kind != barcode.Bin {
		return agent.Place{}, false, nil
	}
	place, found, err := v.PlaceByLabel(code.Text)
	if err == nil && !found && code.Kind == barcode.Bin {
		return v.PlaceByLabel(code.Value)
	}
	return place, found, err
}

// unlisted finds the bin that a label of ours names and the catalogue does not have,
// where bins are kept: whoever walks scanned it because they stand there, and what they
// scan next does not lie in the bin before.
func unlisted(v agent.View, code barcode.Code) (agent.Place, bool, error) {
	if code.Kind != barcode.Bin || checkName("a bin", code.Value) != nil {
		return agent.Place{}, false, nil
	}
	kept, err := keepsBins(v)
	return agent.Place{Bin: agent.Bin(code.Value)}, kept, err
}

// zoneOf returns a zone of the catalogue as a place.
func zoneOf(v agent.View, zone agent.Zone) (agent.Place, bool, error) {
	places, err := v.Places()
	known := slices.ContainsFunc(places, func(p agent.Place) bool { return p.Zone == zone && zone != "" })
	return agent.Place{Zone: zone}, known, err
}

// noted returns the scan of a read as evidence without effect; what the read
// means is filled in afterwards.
func (s *Station) noted(read agent.Read, code barcode.Code) agent.Scan {
	flags := read.Flags
	if code.BadCheckDigit {
		flags |= agent.BadCheckDigit
	}
	if code.Malformed {
		flags |= agent.Malformed
	}
	if code.Kind == barcode.Joined {
		flags |= agent.Joined
	}
	return agent.Scan{
		Actor:    agent.Actor{Kind: agent.DeviceActor, ID: string(read.Device)},
		Device:   read.Device,
		Sequence: read.Sequence,
		Run:      s.run,
		Raw:      read.Raw,
		Code:     code,
		Op:       agent.Note,
		Cond:     agent.Good,
		Flags:    flags,
		Read:     agent.Stamp{At: read.At.UTC(), Uncertainty: read.Uncertainty},
		Mono:     int64(read.At.Sub(s.start)),
	}
}

// unowned decides about a read of a device that no pass owns. If it is clear which
// count it belongs to, a pass should be opened for it.
func unowned(v agent.View, in Ingested, isPlace bool) (_ Ingested, opens bool, err error) {
	_, one, err := onlyCount(v)
	if err != nil || !one {
		return in, false, err
	}
	kept, err := keepsBins(v)
	if err != nil {
		return in, false, err
	}
	opens = isPlace || !kept
	if !opens {
		in.Heard = NoBin
		in.Scan.Flags |= agent.NoBin
	}
	return in, opens, nil
}

// enter puts a scan into the pass that owns its device, unless the count does not
// take entries of the pass's round any more.
func enter(v agent.View, scan *agent.Scan, pass agent.Pass) error {
	count, found, err := v.Count(pass.Count)
	if err != nil {
		return err
	}
	if !found || !takes(count, pass.Round) {
		scan.Flags |= agent.Unowned
		return nil
	}
	scan.Count, scan.Pass, scan.Round, scan.Bin = pass.Count, pass.ID, pass.Round, pass.Bin
	return nil
}

// takes reports whether a count takes entries of a round: the first while it is
// open, recounts once it is closed.
func takes(count agent.Count, round int64) bool {
	return count.State == agent.CountOpen && round == 0 ||
		count.State == agent.CountClosed && round > 0
}

// item decides about a read inside a pass that is not a bin's label.
func (s *Station) item(v agent.View, in Ingested, pass agent.Pass, code barcode.Code) (Ingested, error) {
	m, err := s.understand(v, code)
	if err != nil {
		return in, err
	}
	if m.heard == NotKnown && code.Kind == barcode.Joined {
		return s.halves(v, in, pass, code)
	}
	in.Heard, in.Scan.Code, in.Scan.Item, in.Name = m.heard, m.code, m.match.Item, m.match.Name
	in.Scan.Flags |= m.flags
	if m.heard == NotKnown || m.heard == Several {
		return in, nil
	}
	asked, err := askedFor(v, pass, m.match.Item, in.Scan.Bin)
	if err != nil {
		return in, err
	}
	if !asked {
		in.Heard = NotAsked
		in.Scan.Flags |= agent.NotAsked
		return in, nil
	}
	if m.heard == NoPack {
		return in, nil
	}
	if why, err := barred(v, pass, m.match.Item, in.reader(pass)); err != nil || why != "" {
		in.Heard = why
		in.Scan.Flags |= barredFlags[why]
		return in, err
	}
	homeless, err := lacksBin(v, pass, in.Scan.Bin, m.match.Item)
	if err != nil {
		return in, err
	}
	if homeless {
		in.Heard = NoBin
		in.Scan.Flags |= agent.NoBin
		return in, nil
	}
	if in.Scan.Flags&agent.Repeated != 0 {
		in.Heard = Twice
		return in, nil
	}
	seen, err := serialOf(v, &in.Scan)
	if err != nil {
		return in, err
	}
	in.Scan.Op, in.Scan.Quantity = agent.Add, m.units
	if seen {
		in.keep(SameSerial, agent.SameSerial, 0)
	}
	return in, nil
}

// barredFlags mark reads of whoever can not count an item.
var barredFlags = map[Heard]agent.ScanFlag{OwnRecount: agent.OwnRecount, NotSigned: agent.NotSigned}

// reader returns who made a read; after the shift for which a badge was scanned that is
// not known any more, whoever's the pass is.
func (in *Ingested) reader(pass agent.Pass) agent.Actor {
	if in.expired {
		return in.Scan.Actor
	}
	return in.Scan.Counter(pass)
}

// lacksBin reports whether an item that lies in bins would be counted in none of
// them, where bins are kept: its bins would stay uncounted whatever is entered. In a
// count of some places nobody could tell whether it was one of them.
func lacksBin(v agent.View, pass agent.Pass, bin agent.Bin, id agent.ItemID) (bool, error) {
	if bin != "" {
		return false, nil
	}
	count, _, err := v.Count(pass.Count)
	if err != nil || pass.Round == 0 && count.Scope.HasPlaces() {
		return true, err
	}
	item, _, err := v.Item(id)
	if err != nil || len(item.Bins) == 0 || slices.Contains(item.Bins, "") {
		return false, err
	}
	return keepsBins(v)
}

// askedFor reports whether a pass may count an item in a bin: in the first round what
// is in the count's scope, in a recount only those items it was asked for.
func askedFor(v agent.View, pass agent.Pass, item agent.ItemID, bin agent.Bin) (bool, error) {
	if pass.Round == 0 {
		return inScope(v, pass.Count, item, bin)
	}
	recounts, err := v.Recounts(pass.Count)
	if err != nil {
		return false, err
	}
	for _, r := range recounts {
		if r.Round != pass.Round {
			continue
		}
		for _, id := range r.Items {
			if id == item {
				return true, nil
			}
		}
	}
	return false, nil
}

// onlyCount returns the count that scans of unowned devices belong to: the only
// one that is open.
func onlyCount(v agent.View) (agent.Count, bool, error) {
	counts, err := v.Counts()
	if err != nil {
		return agent.Count{}, false, err
	}
	var open []agent.Count
	for _, c := range counts {
		if c.State == agent.CountOpen {
			open = append(open, c)
		}
	}
	if len(open) != 1 {
		return agent.Count{}, false, nil
	}
	return open[0], true, nil
}

// openPassFor opens a pass of the only open count for a device that began to scan.
// A bin's label says when it begins; without labels its person may have begun to
// count any time since the count was opened.
func (s *Station) openPassFor(ctx context.Context, c command, read agent.Read, code barcode.Code) error {
	by := agent.Scan{Device: read.Device, Actor: agent.Actor{Kind: agent.DeviceActor, ID: string(read.Device)}, Read: agent.Stamp{At: read.At}}
	_, err := s.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		if _, owned, err := v.PassOf(read.Device); err != nil || owned {
			return agent.Facts{}, err
		}
		count, one, err := onlyCount(v)
		if err != nil || !one {
			return agent.Facts{}, err
		}
		place, isPlace, err := placeOf(v, code)
		if err == nil {
			_, err = borne(v, &by, c.caller.Actor)
		}
		if err != nil {
			return agent.Facts{}, err
		}
		started := count.Opened
		if isPlace {
			started = agent.Stamp{At: read.At.UTC()}
		}
		pass := agent.Pass{Count: count.ID, Zone: place.Zone, Bin: place.Bin, Person: by.Actor, Device: read.Device, Started: started}
		if pass.ID, err = nextPass(v); err != nil {
			return agent.Facts{}, err
		}
		return agent.Facts{Actor: by.Actor, At: s.clock.Now(), Events: []agent.Event{agent.NewEvent(agent.PassOpened, pass)}}, nil
	})
	return err
}
