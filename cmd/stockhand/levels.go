package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// levelReader has levels read for whoever asks for something, and tells them how far it
// is. It implements agent.LevelReader.
type levelReader struct{ feed *feed.Feed }

func (l levelReader) ReadLevels(ctx context.Context, items []agent.ItemID, since time.Time) error {
	return l.feed.ReadLevels(ctx, items, since, toldOf(local.From(ctx)))
}
