//go:build crashproof

package main

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stockhand/stockhand/cmd/stockhand/internal/demo"
)

// shops is how many agents are killed at the same time.
const shops = 3

// The real program is killed again and again while it scans and uploads. Whatever
// a page had shown must be in the log afterwards, and every adjustment in the shop
// once. CRASH_KILLS says how often, 300 by default.
func TestNothingIsLostOrDoubledByKills(t *testing.T) {
	kills, err := strconv.Atoi(cmp.Or(os.Getenv("CRASH_KILLS"), "300"))
	if err != nil || kills < 15 {
		t.Fatalf("CRASH_KILLS is %q: it must be a number from 15", os.Getenv("CRASH_KILLS"))
	}
	ends := make([]func(*testing.T) demo.Report, shops)
	for shop := range shops {
		o := shortRun(t, 1000+uint64(shop))
		o.KillEvery, o.Kills = time.Second, (kills+shops-1)/shops
		ends[shop] = start(t, o)
	}
	for shop, end := range ends {
		t.Run(fmt.Sprintf("shop %d", shop+1), func(t *testing.T) {
			if report := end(t); !report.OK {
				t.Errorf("not right: %v", report.Problems)
			}
		})
	}
}
