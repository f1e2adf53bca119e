package queue

import "github.com/stockhand/stockhand/agent"

func (v *view) Awaited(pass agent.PassID) (agent.Awaited, bool, error) {
	return get(v, func(r row) (p agent.Awaited, err error) {
		var cond int64
		if err = r.Scan(&p.Seq, &p.Times, &cond); err == nil {
			p.Cond, err = named(condCodes, cond)
		}
		return p, err
	}, "SELECT s.seq, s.quantity, s.cond FROM awaited p JOIN scan s ON s.seq = p.seq WHERE p.pass = ?", string(pass))
}

func (v *view) CountedSerial(count agent.CountID, item agent.ItemID, round int64, serial string) (agent.Seq, bool, error) {
	return get(v, value[agent.Seq], "SELECT seq FROM serial WHERE count = "+symbolIs+" AND item = "+symbolIs+" AND round = ? AND serial = ? ORDER BY seq LIMIT 1",
		string(count), string(item), round, serial)
}

func (v *view) Bearer(device agent.DeviceID) (agent.Bearer, bool, error) {
	return get(v, func(r row) (b agent.Bearer, err error) {
		var actor string
		err = r.Scan(&actor, instant{&b.Since.At}, span{&b.Since.Uncertainty}, &b.Seq)
		b.Actor = splitActor(actor)
		return b, err
	}, `SELECT a.text, s.at, s.uncertainty, s.seq FROM bearer b JOIN scan s ON s.seq = b.seq
		JOIN context x ON x.no = s.context JOIN symbol a ON a.no = x.actor WHERE b.device = ?`, string(device))
}
