package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stockhand/stockhand/agent"
)

// staff are the people who count: one for each zone. They count whatever count is
// open, and once more whatever somebody asks to be counted once more, until they
// are sent home.
type staff struct {
	counters []*Counter
	goods    map[agent.ItemID]int // by the shop's id

	mu     sync.Mutex
	walked map[agent.CountID]bool
	rounds map[round]bool // recounts that are done
}

type round struct {
	count agent.CountID
	no    int64
}

// walk counts the whole shop once. It ends early if the count is closed meanwhile.
func (s *staff) walk(ctx context.Context, count agent.CountID) error {
	err := s.each(ctx, func(ctx context.Context, c *Counter) error {
		if err := c.page.look(ctx, count); err != nil {
			return err
		}
		return c.CountZone(ctx, count)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.walked[count] = true
	return err
}

// each has all counters do something at once.
func (s *staff) each(ctx context.Context, do func(context.Context, *Counter) error) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, c := range s.counters {
		all.Go(func() error {
			if err := do(ctx, c); err != nil && !isClash(err) {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			return nil
		})
	}
	return all.Wait()
}

// isClash reports whether somebody else was quicker, for example closed the count.
func isClash(err error) bool {
	var e *agent.Error
	return errors.As(err, &e) && (e.Class == agent.Clash || e.Code == "recount")
}

// recount carries out one recount: the counters share its items.
func (s *staff) recount(ctx context.Context, r agent.Recount) error {
	shares := make([][]int, len(s.counters))
	for n, item := range r.Items {
		if good, known := s.goods[item]; known {
			shares[n%len(shares)] = append(shares[n%len(shares)], good)
		}
	}
	err := s.each(ctx, func(ctx context.Context, c *Counter) error {
		share := shares[slices.Index(s.counters, c)]
		if len(share) == 0 {
			return nil
		}
		return c.Recount(ctx, r.Count, r.Round, share)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rounds[round{r.Count, r.Round}] = true
	return err
}

// hasWalked reports whether the staff has been through the whole shop for a count.
func (s *staff) hasWalked(count agent.CountID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.walked[count]
}

// idle reports whether everything that was asked of the staff so far is done.
func (s *staff) idle(asked []agent.Recount) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(asked, func(r agent.Recount) bool { return !s.rounds[round{r.Count, r.Round}] })
}

// next returns the oldest of the recounts that is not done.
func (s *staff) next(asked []agent.Recount) (agent.Recount, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range asked {
		if !s.rounds[round{r.Count, r.Round}] {
			return r, true
		}
	}
	return agent.Recount{}, false
}

// serve works until ctx ends: it walks every open count once and carries out every
// recount of a closed one.
func (s *staff) serve(ctx context.Context, lead *page) error {
	for {
		worked, err := s.work(ctx, lead)
		if err == nil && !worked {
			err = sleep(ctx, 200*time.Millisecond)
		}
		if err != nil {
			return err
		}
	}
}

// work does the next thing there is to do.
func (s *staff) work(ctx context.Context, lead *page) (worked bool, err error) {
	var counts []agent.Count
	if err := lead.do(ctx, "count.list", nil, &counts); err != nil {
		return false, err
	}
	for _, c := range slices.Backward(counts) {
		switch c.State {
		case agent.CountOpen:
			if !s.hasWalked(c.ID) {
				return true, s.walk(ctx, c.ID)
			}
		case agent.CountClosed:
			if err := lead.look(ctx, c.ID); err != nil {
				return false, err
			}
			if r, there := s.next(lead.recounts(c.ID)); there {
				return true, s.recount(ctx, r)
			}
		}
	}
	return false, nil
}
