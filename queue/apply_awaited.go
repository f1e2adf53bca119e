package queue

import "github.com/stockhand/stockhand/agent"

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
