package queue

import "github.com/stockhand/stockhand/agent"

const taughtColumns = "text, key, other, item, pack, seq, at, actor"

func readTaught(r row) (t agent.Taught, err error) {
	var actor string
	err = r.Scan(&t.Text, &t.Key, &t.OtherKey, &t.Item, &t.Pack, &t.Seq, instant{&t.At}, &actor)
	t.By = splitActor(actor)
	return t, err
}

func (v *view) TaughtBarcodes() ([]agent.Taught, error) {
	return list(v, readTaught, "SELECT "+taughtColumns+" FROM taught ORDER BY seq DESC")
}

// TaughtAs prefers the text: it is how people call one.
func (v *view) TaughtAs(key string) (agent.Taught, bool, error) {
	if key == "" {
		return agent.Taught{}, false, nil
	}
	return get(v, readTaught, "SELECT "+taughtColumns+" FROM taught WHERE text = ?1 OR key = ?1 OR other = ?1 AND other <> '' ORDER BY text <> ?1, seq LIMIT 1", key)
}
