package station

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// record carries out a command and returns the first row that it added. If the
// command had been carried out before, its first result is decoded into result,
// which must be a pointer.
func (s *Station) record(ctx context.Context, c command, result any, decide func(agent.View) (agent.Facts, error)) (first agent.Seq, err error) {
	ack, err := s.store.Write(ctx, c.key(), func(v agent.View) (agent.Facts, error) {
		if err := stillIs(v, c.caller); err != nil {
			return agent.Facts{}, err
		}
		return decide(v)
	})
	if err == nil {
		s.presence.touch(c.caller.Origin, s.clock.Now(), false)
	}
	if err != nil || !ack.Repeated {
		return ack.First, err
	}
	if err := json.Unmarshal(ack.Result, result); err != nil {
		return ack.First, fmt.Errorf("read the result of a repeated command: %w", err)
	}
	return ack.First, nil
}

// number gives the entries that a command added their rows, which are only known
// once they are stored. Those that were there before have theirs.
func number(scans []agent.Scan, first agent.Seq) {
	for i := range scans {
		if scans[i].Seq == 0 {
			scans[i].Seq = first
			first++
		}
	}
}

// write carries out a command whose result is one value and whose facts are events.
func write[T any](ctx context.Context, s *Station, c command, decide func(agent.View) (T, []agent.Event, error)) (T, error) {
	var result T
	_, err := s.record(ctx, c, &result, func(v agent.View) (agent.Facts, error) {
		var events []agent.Event
		var err error
		if result, events, err = decide(v); err != nil {
			return agent.Facts{}, err
		}
		facts := s.facts(c, events...)
		facts.Result = result
		return facts, nil
	})
	return result, err
}
