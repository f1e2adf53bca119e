package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// scanRow is one scan as people look at it.
type scanRow struct {
	Seq      agent.Seq       `json:"seq"`
	At       time.Time       `json:"at"`
	Device   agent.DeviceID  `json:"device,omitempty"`
	Op       agent.Op        `json:"op"`
	Code     string          `json:"code"`
	Raw      string          `json:"raw_shown"`
	Count    agent.CountID   `json:"count,omitempty"`
	Pass     agent.PassID    `json:"pass,omitempty"`
	Round    int64           `json:"round"`
	Item     agent.ItemID    `json:"item,omitempty"`
	SKU      string          `json:"sku,omitempty"`
	Name     string          `json:"name,omitempty"`
	Bin      agent.Bin       `json:"bin"`
	Quantity int64           `json:"quantity"`
	Cond     agent.Condition `json:"condition,omitempty"`
	Flags    []string        `json:"flags"`
	Voided   bool            `json:"voided"`
	Voids    agent.Seq       `json:"voids,omitempty"`
	By       agent.Actor     `json:"by"`
}

// flagNames are the words for flags.
var flagNames = []struct {
	flag agent.ScanFlag
	name string
}{
	{agent.EndedByQuiet, "ended-by-quiet"},
	{agent.TooLong, "too-long"},
	{agent.BadCheckDigit, "bad-check-digit"},
	{agent.Unowned, "unowned"},
	{agent.Unknown, "unknown"},
	{agent.Ambiguous, "ambiguous"},
	{agent.Confirmed, "confirmed"},
}

func rowOf(s agent.Scan) scanRow {
	row := scanRow{
		Seq: s.Seq, At: s.Read.At, Device: s.Device, Op: s.Op, Code: s.Code.Text, Raw: shownRaw(s.Raw),
		Count: s.Count, Pass: s.Pass, Round: s.Round, Item: s.Item, Bin: s.Bin, Quantity: s.Quantity,
		Cond: s.Cond, Flags: []string{}, Voids: s.Voids, By: s.Actor,
	}
	for _, f := range flagNames {
		if s.Flags&f.flag != 0 {
			row.Flags = append(row.Flags, f.name)
		}
	}
	return row
}

// shownRaw makes what a scanner sent visible, safe to print and not too long:
// control characters become their pictures.
func shownRaw(raw []byte) string {
	text := []rune(clean(string(raw)))
	if len(text) > 120 {
		return string(text[:120]) + "..."
	}
	return string(text)
}

// scansOf asks for the scans behind one number.
type scansOf struct {
	Count agent.CountID `json:"count"`
	Item  agent.ItemID  `json:"item"`
	Bin   *agent.Bin    `json:"bin,omitempty"`
}

// countScans returns the scans of an item in a count, newest first.
func (w *works) countScans(ctx context.Context, _ agent.Caller, a scansOf) ([]scanRow, error) {
	rows := []scanRow{}
	err := w.queue.Read(ctx, func(v agent.View) error {
		scans, err := v.Scans(agent.ScanQuery{Count: a.Count, Item: a.Item, Bin: a.Bin, Limit: 1000})
		if err != nil {
			return err
		}
		seqs := make([]agent.Seq, len(scans))
		for i, s := range scans {
			seqs[i] = s.Seq
		}
		voided, err := v.Voided(seqs...)
		if err != nil {
			return err
		}
		item, _, err := v.Item(a.Item)
		for _, s := range scans {
			row := rowOf(s)
			row.SKU, row.Name = item.SKU, item.Name
			_, row.Voided = voided[s.Seq]
			rows = append(rows, row)
		}
		return err
	})
	return rows, err
}

func (w *works) devicesStates(context.Context, agent.Caller, nothing) ([]deviceState, error) {
	return append([]deviceState{}, w.deviceStates()...), nil
}

// devicesWatch tells every scan that is stored from now on, until the caller
// hangs up.
func (w *works) devicesWatch(ctx context.Context, _ agent.Caller, _ nothing) (nothing, error) {
	stored, leave := w.watchers.join()
	defer leave()
	x := local.From(ctx)
	var after agent.Seq
	err := w.queue.Read(ctx, func(v agent.View) (err error) {
		_, after, err = v.Head()
		return err
	})
	for err == nil {
		select {
		case <-ctx.Done():
			return nothing{}, ctx.Err()
		case <-stored:
			after, err = w.tellScans(ctx, x, after)
		}
	}
	return nothing{}, err
}

// tellScans tells the scans after a row and returns the last row it has seen.
func (w *works) tellScans(ctx context.Context, x local.Exchange, after agent.Seq) (agent.Seq, error) {
	for {
		var rows []scanRow
		seen := after
		err := w.queue.Read(ctx, func(v agent.View) error {
			records, err := v.Log(after, 500)
			if err != nil {
				return err
			}
			for _, r := range records {
				seen = r.Seq
				if r.Scan != nil && r.Scan.Device != "" {
					rows = append(rows, w.named(v, *r.Scan))
				}
			}
			return nil
		})
		for _, row := range rows {
			if err == nil {
				err = x.Tell(row)
			}
		}
		if err != nil || seen == after {
			return seen, err
		}
		after = seen
	}
}

// named adds to a scan what its item is called.
func (w *works) named(v agent.View, s agent.Scan) scanRow {
	row := rowOf(s)
	if item, ok, err := v.Item(s.Item); err == nil && ok {
		row.SKU, row.Name = item.SKU, item.Name
	}
	return row
}
