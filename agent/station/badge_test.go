package station_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// employ adds somebody with a badge and returns its code.
func (f *floor) employ(name string) string {
	f.t.Helper()
	admin := agent.Caller{Actor: boss.Actor, Role: agent.Admin, Origin: "office"}
	return ask[station.WithBadge](f.testShop, admin, "people.add", station.AddPerson{Name: name, Role: agent.Manager, Badge: true}).Code
}

func TestABadgeSaysWhoCountsAndNothingMore(t *testing.T) {
	f := openFloor(t, labelled()...)
	anna, ben := f.employ("Anna"), f.employ("Ben")
	count := f.open()
	by := func(in station.Ingested) string { return string(in.Scan.Actor.Kind) + " " + in.Scan.Actor.ID }
	read := f.read(anna, 0)
	in, err := f.Ingest(t.Context(), read) // before any pass
	if err != nil || in.Heard != station.Greeted || by(in) != "person Anna" || in.Scan.Flags&agent.Unowned != 0 {
		t.Fatalf("%+v %v", in, err)
	}
	f.hear("BIN-A", station.Moved)
	if pass := f.passes(count)[0]; pass.Person.ID != "Anna" {
		t.Errorf("the pass is %v's", pass.Person)
	}
	if in := f.hear(colaEAN, station.Counted); by(in) != "person Anna" {
		t.Errorf("counted by %s", by(in))
	}
	f.hear("SH.P.nobody", station.NotStock)
	f.restart()
	if in := f.hear(colaEAN, station.Counted); by(in) != "person Anna" {
		t.Errorf("after a restart counted by %s", by(in))
	}
	if in, err := f.Ingest(t.Context(), f.read(ben, 0)); err != nil || in.Heard != station.Greeted {
		t.Fatal(in, err)
	}
	if in := f.hear(colaEAN, station.Counted); by(in) != "person Ben" {
		t.Errorf("counted by %s", by(in))
	}
	// Ben is a manager; what his badge is scanned with is not.
	for _, raw := range []string{"SH.C.APPROVE", "SH.C.CLOSE"} {
		f.hear(raw, station.NotStock)
	}
	f.hear("SH.C.FINISH", station.Finished)
	f.hear("B", station.Moved)
	if in := f.hear(colaEAN, station.Counted); by(in) != "device "+string(gun) {
		t.Errorf("after the pass was finished counted by %s", by(in))
	}
	if _, err := f.Ingest(t.Context(), f.read(ben, 0)); err != nil {
		t.Fatal(err)
	}
	f.clock.pass(13 * time.Hour)
	if in := f.hear(colaEAN, station.Counted); by(in) != "device "+string(gun) {
		t.Errorf("on the next day counted by %s", by(in))
	}
	f.replays()
}

// Whoever reads the database cannot print somebody's badge.
func TestTheCodeOfABadgeIsNotKept(t *testing.T) {
	f := openFloor(t)
	anna := f.employ("Anna")
	f.open()
	f.hear(colaEAN, station.Counted)
	if in, err := f.Ingest(t.Context(), f.read(anna, 0)); err != nil || in.Heard != station.Greeted {
		t.Fatal(in, err)
	}
	secret := []byte(anna[strings.LastIndex(anna, ".")+1:])
	for _, name := range []string{f.path, f.path + "-wal"} {
		if content, err := os.ReadFile(name); err == nil && bytes.Contains(content, secret) {
			t.Errorf("%s holds the code", name)
		}
	}
}
