package upload

import "time"

const (
	shortestPause = time.Second
	longestPause  = 5 * time.Minute
	// maxAfter bounds what an upstream can make us wait for.
	maxAfter = time.Hour
	// fence is how long before the end of a key's life it is no longer trusted: the
	// clocks differ, and a request may be under way for a while.
	fence = time.Hour
)

// backOff returns the pause after a number of failures in a row: spread between
// the shortest pause and a limit that doubles with each failure, so that many
// agents that lost one upstream do not come back at one moment. jitter is from 0
// up to 1.
func backOff(failures int, jitter float64) time.Duration {
	limit := longestPause
	if failures < 9 {
		limit = min(limit, shortestPause<<max(failures, 1))
	}
	return shortestPause + time.Duration(jitter*float64(limit-shortestPause))
}
