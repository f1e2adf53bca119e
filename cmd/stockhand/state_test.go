package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/agent/upload"
)

// heardPage is a page that passes on when something shown changed.
type heardPage struct {
	page
	changed chan struct{}
}

func (p heardPage) Committed(agent.Seq) {}

func (p heardPage) Changed() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// When the shop was reached last is shown, so the page hears of it although the shop is
// as reachable as before.
func TestThePageHearsWhenTheShopWasReachedLast(t *testing.T) {
	w := openTest(t, "[upstream]\nconnector = \"csv-folder\"\n[upstream.csv-folder]\nfolder = \"shop\"\n")
	shop := filepath.Join(filepath.Dir(w.config.path), "shop")
	if err := os.Mkdir(shop, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"catalog.csv": "sku\nA1\n", "levels.csv": "sku,on_hand\nA1,5\n"} {
		if err := os.WriteFile(filepath.Join(shop, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := heardPage{changed: make(chan struct{}, 1)}
	w.page = p
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	done := make(chan error, 2)
	go func() { done <- w.feed.Run(ctx) }()
	go func() { done <- w.watchUpstream(time.Millisecond).run(ctx) }()
	hears := func(of func(upstreamState) bool) (now upstreamState) {
		t.Helper()
		for {
			select {
			case <-ctx.Done():
				t.Fatalf("the page heard nothing; it is %+v", w.upstreamState())
			case <-p.changed:
			}
			if now = w.upstreamState(); of(now) {
				return now
			}
		}
	}
	first := hears(func(s upstreamState) bool { return s.State == string(feed.OK) && !s.Trying && !s.NextAt.IsZero() })
	w.feed.Now()
	second := hears(func(s upstreamState) bool { return s.LastSuccess.After(first.LastSuccess) && !s.Trying })
	if second.State != first.State || !second.Since.Equal(first.Since) {
		t.Errorf("first %+v, then %+v", first, second)
	}
	stop()
	for range 2 {
		<-done
	}
}

// Of reading and writing the worse is shown, and that the shop is asked whoever asks.
func TestReadingAndWritingAreShownAsOne(t *testing.T) {
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	next := at.Add(time.Minute)
	s := combined("shop", upload.Status{State: upload.Idle, LastSuccess: at}, feed.Status{State: feed.Offline, Trying: true, NextAt: next})
	if s.State != string(upload.Offline) || !s.Trying || !s.NextAt.Equal(next) || !s.LastSuccess.Equal(at) {
		t.Errorf("%+v", s)
	}
}
