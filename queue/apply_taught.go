package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

func (l *ledger) teach(e agent.Event, f agent.TaughtFact) error {
	fresh, err := l.change(`INSERT INTO taught (text, seq, key, other, item, pack, at, actor) VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT DO NOTHING`, f.Text, int64(e.Seq), f.Key, f.OtherKey, string(f.Item), f.Pack, at(e.At), joinActor(e.Actor))
	if err == nil && (!fresh || f.Text == "" || f.Key == "" || f.Item == "" || f.Pack < 1) {
		err = refused("barcode", fmt.Sprintf("The barcode %q cannot be taught: it was taught before, or a part of it is missing.", f.Text))
	}
	return err
}

func (l *ledger) forget(_ agent.Event, f agent.ForgottenFact) error {
	found, err := l.change("DELETE FROM taught WHERE text = ?", f.Text)
	if err == nil && !found {
		err = refused("barcode", fmt.Sprintf("The barcode %q was not taught.", f.Text))
	}
	return err
}
