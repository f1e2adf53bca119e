package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
	"github.com/stockhand/stockhand/scanner/serialport"
)

// link asks the agent for a one-time sign-in link.
func (w *world) link(ctx context.Context, role agent.Role, name string) (string, error) {
	answer, err := w.ask(ctx, local.Call{Op: "access.link", Args: map[string]any{"role": role, "name": name}})
	if err != nil {
		return "", err
	}
	var link struct {
		URL string `json:"url"`
	}
	return link.URL, json.Unmarshal(answer, &link)
}

// pageFor returns the page of a simulated person.
func (w *world) pageFor(role agent.Role, name string) *page {
	return newPage(w.address(), func(ctx context.Context) (string, error) { return w.link(ctx, role, name) })
}

// hire returns the people who count: one with a scanner for each zone.
func (w *world) hire(pause time.Duration) *staff {
	s := &staff{goods: map[agent.ItemID]int{}, walked: map[agent.CountID]bool{}, rounds: map[round]bool{}}
	for i, id := range w.ids {
		s.goods[id] = i
	}
	for i, z := range zones {
		name := fmt.Sprintf("Counter %d", i+1)
		s.counters = append(s.counters, &Counter{
			name: name, device: agent.DeviceID(serialport.Where{Path: w.scanners[i].Path()}.Identity()),
			scanner: w.scanners[i], page: w.pageFor(agent.Counter, name),
			shelves: w.shelves, goods: w.goods, ids: w.ids,
			zone: z.Name, bins: z.Bins, rand: w.options.random(10 + uint64(i)), pause: pause,
		})
	}
	return s
}

// with keeps the pages of the staff and one more open while do works.
func (s *staff) with(ctx context.Context, lead *page, do func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	all, ctx := errgroup.WithContext(ctx)
	for _, c := range s.counters {
		all.Go(func() error { c.page.run(ctx); return nil })
	}
	all.Go(func() error { lead.run(ctx); return nil })
	all.Go(func() error { defer stop(); return do(ctx) })
	return all.Wait()
}

// steps is how often the busiest of the staff rests on a walk through the shop.
func (w *world) steps() int {
	most := 0
	for _, z := range zones {
		steps := 0
		for _, bin := range z.Bins {
			for i, g := range w.goods {
				if !lies(g, bin) {
					continue
				}
				if units := w.shelves.Look(i, bin); units >= typedFrom {
					steps += 2
				} else {
					steps += 1 + int(units)
				}
			}
		}
		most = max(most, steps)
	}
	return max(most, 1)
}
