package queue

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// taughtAs reads which item a taught barcode belongs to.
func taughtAs(t *testing.T, q *Queue, key string) agent.ItemID {
	t.Helper()
	return lookUp(t, q, func(v agent.View) (agent.ItemID, error) {
		found, _, err := v.TaughtAs(key)
		return found.Item, err
	})
}

func TestATaughtBarcodeIsFoundByItsTextAndBothKeys(t *testing.T) {
	q := openTemp(t)
	put(t, q, events(agent.NewEvent(agent.BarcodeTaught, agent.TaughtFact{Text: "01234565", Key: "K1", OtherKey: "K2", Item: cola, Pack: 12}),
		agent.NewEvent(agent.BarcodeTaught, agent.TaughtFact{Text: "PLAIN", Key: "PLAIN", Item: crisps, Pack: 1})))
	for key, want := range map[string]agent.ItemID{"01234565": cola, "K1": cola, "K2": cola, "PLAIN": crisps, "": "", "k1": "", "K3": ""} {
		if got := taughtAs(t, q, key); got != want {
			t.Errorf("%q leads to %q, want %q", key, got, want)
		}
	}
	all := lookUp(t, q, agent.View.TaughtBarcodes)
	if len(all) != 2 || all[0].Text != "PLAIN" || all[1].Pack != 12 || all[1].By != anna || all[1].At.IsZero() || all[1].Seq == 0 {
		t.Errorf("%+v", all)
	}
}

func TestATaughtBarcodeOutlivesTheCatalogueUntilItIsForgotten(t *testing.T) {
	q := openTemp(t)
	replace(t, q, catalogue(3))
	put(t, q, events(agent.NewEvent(agent.BarcodeTaught, agent.TaughtFact{Text: "CASE", Key: "CASE", Item: cola, Pack: 12})))
	replace(t, q, catalogue(5))
	replace(t, q, catalogue(0))
	if got := taughtAs(t, q, "CASE"); got != cola {
		t.Errorf("after two catalogues it leads to %q", got)
	}
	put(t, q, events(agent.NewEvent(agent.BarcodeForgotten, agent.ForgottenFact{Text: "CASE"})))
	if got := taughtAs(t, q, "CASE"); got != "" {
		t.Errorf("it was forgotten and leads to %q", got)
	}
	checkSound(t, q)
}

func TestWhatCannotBeTaughtOrForgottenIsRefusedWhole(t *testing.T) {
	q := openTemp(t)
	whole := agent.TaughtFact{Text: "CASE", Key: "CASE", Item: cola, Pack: 12}
	put(t, q, events(agent.NewEvent(agent.BarcodeTaught, whole)))
	bad := []agent.Event{agent.NewEvent(agent.BarcodeTaught, whole), agent.NewEvent(agent.BarcodeForgotten, agent.ForgottenFact{Text: "else"})}
	for _, spoil := range []func(*agent.TaughtFact){
		func(f *agent.TaughtFact) { f.Text = "" }, func(f *agent.TaughtFact) { f.Key = "" },
		func(f *agent.TaughtFact) { f.Item = "" }, func(f *agent.TaughtFact) { f.Pack = 0 },
	} {
		f := whole
		f.Text = "another"
		spoil(&f)
		bad = append(bad, agent.NewEvent(agent.BarcodeTaught, f))
	}
	for _, e := range bad {
		if _, err := tryPut(q, events(e)); agent.AsError(err).Class != agent.Clash {
			t.Errorf("%s %s: %v", e.Kind, e.Data, err)
		}
	}
	checkSound(t, q)
}
