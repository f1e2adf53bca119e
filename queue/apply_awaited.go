package queue

import (
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// await remembers which scan says what the next item of the pass counts as. Hardly
// ever is there one: then nothing is written.
func (l *ledger) await(s *agent.Scan) error {
	if s.Pass == "" {
		return nil
	}
	before, _, err := first(l.session, value[agent.Seq], "SELECT seq FROM awaited WHERE pass = ?", string(s.Pass))
	after := s.AwaitedAfter(before)
	switch {
	case err != nil || after == before:
		return err
	case after == 0:
		return l.exec("DELETE FROM awaited WHERE pass = ?", string(s.Pass))
	}
	return l.exec("INSERT INTO awaited (pass, seq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seq = ?2", string(s.Pass), int64(after))
}

// countSerial remembers the serial number that an entry counts.
func (l *ledger) countSerial(s *agent.Scan, k lineKey) error {
	serial := s.Serial()
	if serial == "" || s.Op != agent.Add {
		return nil
	}
	return l.exec("INSERT INTO serial (count, item, round, serial, seq) VALUES (?,?,?,?,?)", k.count, k.item, s.Round, serial, int64(s.Seq))
}

// forgetSerial forgets it when the entry is undone: it can be counted again.
func (l *ledger) forgetSerial(s *agent.Scan) error {
	serial := s.Serial()
	if serial == "" {
		return nil
	}
	return l.exec("DELETE FROM serial WHERE count = "+symbolIs+" AND item = "+symbolIs+" AND round = ? AND serial = ? AND seq = ?",
		string(s.Count), string(s.Item), s.Round, serial, int64(s.Seq))
}

// bear remembers whose badge was scanned with a scanner.
func (l *ledger) bear(s *agent.Scan) error {
	if s.Code.Kind != barcode.Badge || s.Flags&agent.Done == 0 || s.Device == "" {
		return nil
	}
	return l.exec("INSERT INTO bearer (device, seq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seq = ?2", string(s.Device), int64(s.Seq))
}

// layDown forgets it when the scanner's pass is closed: the next one who takes it says
// anew who that is.
func (l *ledger) layDown(pass agent.PassID) error {
	return l.exec("DELETE FROM bearer WHERE device = (SELECT device FROM pass WHERE id = ?)", string(pass))
}
