package powertest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/queue"
)

// queueStore is the store of the agent, as the agent opens it. Every life checks
// the file by SQLite's own means, the chain, and that the views follow from the
// log.
type queueStore struct {
	q     *queue.Queue
	found int64
	next  int64
}

const (
	scanner = agent.DeviceID("scanner")
	count   = agent.CountID("count-1")
	pass    = agent.PassID("pass-1")
)

var (
	who  = agent.Actor{Kind: agent.PersonActor, ID: "anna"}
	when = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// ours opens the agent's store; with imports a catalogue is replaced again and
// again meanwhile.
func ours(imports bool) func(folder string) (store, error) {
	return func(folder string) (store, error) {
		ctx := context.Background()
		q, err := queue.Open(ctx, filepath.Join(folder, "stockhand.db"), queue.Options{AllowFUSE: true})
		if err != nil {
			return nil, err
		}
		if q.Damage() != nil {
			return nil, q.Damage()
		}
		s := &queueStore{q: q}
		if err := s.check(ctx); err != nil {
			return nil, err
		}
		go func() { _ = q.Run(ctx) }()
		if imports {
			go s.importAgainAndAgain(ctx)
		}
		return s, nil
	}
}

func (s *queueStore) check(ctx context.Context) error {
	for name, look := range map[string]func(context.Context) (queue.Report, error){"verify": s.q.Verify, "replay": s.q.Replay} {
		report, err := look(ctx)
		if err != nil {
			return err
		}
		if !report.OK() {
			return fmt.Errorf("%s: %+v", name, report.Findings)
		}
	}
	var opened bool
	err := s.q.Read(ctx, func(v agent.View) (err error) {
		if _, opened, err = v.Count(count); err != nil {
			return err
		}
		devices, err := v.Devices()
		for _, d := range devices {
			s.found = d.Stored
		}
		newest, failed := v.Scans(agent.ScanQuery{Limit: 1})
		if len(newest) > 0 && newest[0].Sequence != s.found {
			return fmt.Errorf("%d scans, but the last has number %d", s.found, newest[0].Sequence)
		}
		return errors.Join(err, failed, wholeCatalogue(v))
	})
	if err == nil && !opened {
		err = s.openCount(ctx)
	}
	s.next = s.found + 1
	return err
}

const items = 300

// wholeCatalogue sees that all items are there, and of one edition.
func wholeCatalogue(v agent.View) error {
	all, err := v.Items()
	if err != nil || len(all) == 0 {
		return err
	}
	for _, item := range all {
		if item.Name != all[0].Name {
			return fmt.Errorf("items of the editions %s and %s", all[0].Name, item.Name)
		}
	}
	if len(all) != items {
		return fmt.Errorf("%d items", len(all))
	}
	return nil
}

func (s *queueStore) openCount(ctx context.Context) error {
	stamp := agent.Stamp{At: when}
	_, err := s.q.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: who, At: when, Events: []agent.Event{
			agent.NewEvent(agent.CountOpened, agent.Count{ID: count, State: agent.CountOpen, Opened: stamp, OpenedBy: who}),
			agent.NewEvent(agent.PassOpened, agent.Pass{ID: pass, Count: count, Person: who, Device: scanner, Started: stamp}),
		}}, nil
	})
	return err
}

func (s *queueStore) importAgainAndAgain(ctx context.Context) {
	for edition := 1; ; edition++ {
		n := 0
		next := func() (agent.Item, bool, error) {
			n++
			id := strconv.Itoa(n)
			return agent.Item{ID: agent.ItemID(id), Name: strconv.Itoa(edition), Codes: []agent.Barcode{{Text: id, Pack: 1}}}, n <= items, nil
		}
		if _, err := s.q.Replace(ctx, who, when, "test", next, nil, nil); err != nil {
			return // the power is gone
		}
	}
}

func (s *queueStore) last() int64 { return s.found }

func (s *queueStore) append() (int64, error) {
	n := s.next
	s.next++
	raw := []byte("4006381333931")
	_, err := s.q.Write(context.Background(), agent.Command{Origin: "scanner", ID: strconv.FormatInt(n, 10)}, func(agent.View) (agent.Facts, error) {
		return agent.Facts{Actor: who, At: when, Scans: []agent.Scan{{
			Device: scanner, Sequence: n, Raw: raw, Code: barcode.Parse(raw), Op: agent.Add, Count: count, Pass: pass,
			Item: agent.ItemID(strconv.FormatInt(n%50, 10)), Quantity: 1, Read: agent.Stamp{At: when.Add(time.Duration(n) * time.Second)},
		}}}, nil
	})
	return n, err
}
