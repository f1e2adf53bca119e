package queue

import "github.com/stockhand/stockhand/agent"

func (v *view) ClockSteps() ([]agent.ClockStep, error) {
	return list(v, func(r row) (s agent.ClockStep, err error) {
		err = r.Scan(&s.Seq, instant{&s.At}, span{&s.By})
		return s, err
	}, "SELECT seq, at, by FROM step ORDER BY seq")
}
