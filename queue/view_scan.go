package queue

import (
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

func (v *view) Scan(seq agent.Seq) (agent.Scan, bool, error) {
	return get(v, readScan, "SELECT "+scanColumns+" FROM "+scanTables+" WHERE s.seq = ?", int64(seq))
}

// Scans walks the log backwards. There is no index on scans, since one would cost
// every scan more than it saves a page; a count's or pass's first row bounds the
// walk instead.
func (v *view) Scans(q agent.ScanQuery) ([]agent.Scan, error) {
	w := selects(q)
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	return list(v, readScan, "SELECT "+scanColumns+" FROM "+scanTables+w.where()+" ORDER BY s.seq DESC LIMIT ?", append(w.args, limit)...)
}

// ScanCount walks as Scans does, to the end.
func (v *view) ScanCount(q agent.ScanQuery) (int64, error) {
	w := selects(q)
	n, _, err := get(v, value[int64], "SELECT count(*) FROM scan s CROSS JOIN context x ON x.no = s.context"+w.where(), w.args...)
	return n, err
}

// Whereabouts goes through a pass once and sorts out what is first in a bin; only that
// is read in full.
func (v *view) Whereabouts(pass agent.PassID) ([]agent.Scan, error) {
	seqs, err := list(v, value[agent.Seq], `SELECT min(s.seq) FROM scan s CROSS JOIN context x ON x.no = s.context
		WHERE s.seq > (SELECT seq FROM pass WHERE id = ?1) AND x.pass = (SELECT no FROM symbol WHERE text = ?1)
			AND (s.op = 3 OR s.code IS NULL OR json_extract(s.code, '$.kind') IS NOT ?2)
		GROUP BY CASE s.op WHEN 3 THEN -s.seq ELSE x.bin END ORDER BY 1`, string(pass), string(barcode.Command))
	if err != nil {
		return nil, err
	}
	rows, err := v.records(seqs)
	scans := make([]agent.Scan, len(rows))
	for n, row := range rows {
		scans[n] = *row.Scan
	}
	return scans, err
}

// selects are the conditions of a query, over the tables scan as s and context as x.
func selects(q agent.ScanQuery) (w conditions) {
	if q.Count != "" {
		w.add("x.count = "+symbolIs, string(q.Count))
		w.add("s.seq > (SELECT seq FROM count WHERE id = ?)", string(q.Count))
		w.add("s.seq <= (SELECT head FROM tally WHERE count = ?)", string(q.Count))
	}
	if q.Pass != "" {
		w.add("x.pass = "+symbolIs, string(q.Pass))
		w.add("s.seq > (SELECT seq FROM pass WHERE id = ?)", string(q.Pass))
	}
	if q.Item != "" {
		w.add("s.item = "+symbolIs, string(q.Item))
	}
	if q.Bin != nil {
		w.add("x.bin = "+symbolIs, string(*q.Bin))
	}
	if q.Device != "" {
		w.add("x.device = "+symbolIs, string(q.Device))
	}
	if q.Only != 0 {
		w.add("~s.flags & ? = 0", int64(q.Only)) // all of them are set
	}
	if q.Any != 0 {
		w.add("s.flags & ? <> 0", int64(q.Any))
	}
	if q.Since != "" {
		w.add("s.seq > (SELECT seq FROM count WHERE id = ?)", string(q.Since))
	}
	if q.From != 0 {
		w.add("x.round >= ?", q.From)
	}
	if q.Before != 0 {
		w.add("s.seq < ?", int64(q.Before))
	}
	return w
}

// conditions builds the WHERE of a query from constant texts.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, arg any) {
	c.texts, c.args = append(c.texts, text), append(c.args, arg)
}

func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}

// Voided tells which of some scans were undone, and by which.
func (v *view) Voided(scans ...agent.Seq) (map[agent.Seq]agent.Seq, error) {
	undone := map[agent.Seq]agent.Seq{}
	for _, seq := range scans {
		by, found, err := get(v, value[agent.Seq], "SELECT by FROM voided WHERE seq = ?", int64(seq))
		if err != nil {
			return nil, err
		}
		if found {
			undone[seq] = by
		}
	}
	return undone, nil
}
