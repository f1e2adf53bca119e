package shopify

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const (
	// bulkMost is the size of the largest file that is fetched: a million variants
	// with their barcodes need half of it.
	bulkMost = 1 << 30
	// lineMost is the length of the longest line.
	lineMost = 1 << 20
	// fetchBytes and fetchTime bound what one call fetches.
	fetchBytes = 16 << 20
	fetchTime  = 2 * time.Second
	// stalled is how long a file may bring nothing.
	stalled = 20 * time.Second
	// hops is how often the place of a file may lead to another one.
	hops = 3
)

// newFiles is the client that files are fetched with. They lie at another host,
// which must not see our token and must be as safe as the shop itself; plain http
// is for a simulated shop on this machine only.
func newFiles(base string) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = answerTime
	transport.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, before []*http.Request) error {
		if len(before) > hops || !safe(r.URL, base) {
			return bulkPlace(r.URL.Host)
		}
		return nil
	}}
}

// safe reports whether a file may be fetched from a place.
func safe(place *url.URL, base string) bool {
	shop, err := url.Parse(base)
	simulated := err == nil && shop.Scheme == "http" && place.Scheme == "http" && isLoopback(place.Hostname())
	return place.Scheme == "https" && place.Host != "" || simulated
}

// fetch brings a part of the file into the spool.
func (c *Connector) fetch(ctx context.Context, l *listing) (agent.Page[agent.Item], error) {
	s := l.spool
	stop := context.AfterFunc(ctx, s.cancel)
	defer stop()
	err := c.openFile(l)
	if err == nil {
		err = s.fill(c.client.clock)
	}
	page := agent.Page[agent.Item]{Progress: agent.Progress{Stage: agent.Fetching, Done: s.have.bytes, Of: max(s.want.bytes, 0)}}
	if err == nil {
		return page, nil
	}
	s.close()
	l.spool = nil
	if l.fetches++; l.fetches >= triesMost || agent.AsError(err).Class != agent.Retry || ctx.Err() != nil {
		c.forget(l)
		return page, err
	}
	c.log.Warn("the list of the shop's items is fetched again", "error", err)
	return l.waits(pollFirst), nil // its place is asked for anew
}

// openFile asks for the file where that was not done yet.
func (c *Connector) openFile(l *listing) error {
	if l.spool.body != nil {
		return nil
	}
	place, err := url.Parse(l.url)
	if err != nil || !safe(place, c.client.base) {
		host := "?"
		if err == nil {
			host = place.Scheme + "://" + place.Host
		}
		return bulkPlace(host)
	}
	request, err := http.NewRequestWithContext(l.spool.ctx, http.MethodGet, l.url, nil)
	if err != nil {
		return bulkPlace(place.Host)
	}
	request.Header.Set("User-Agent", "Stockhand")
	response, err := c.files.Do(request)
	if err != nil {
		if known, ok := errors.AsType[*agent.Error](err); ok {
			return known
		}
		// The address in such an error is a secret: whoever has it can read the file.
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return bulkPartial("its place can't be reached", err)
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return bulkPartial("its place answers with the status "+response.Status, nil)
	}
	l.spool.from(response.Body)
	return nil
}

// from sets where the spool is filled from.
func (s *spool) from(body io.ReadCloser) {
	s.body, s.lines = body, bufio.NewReaderSize(body, lineMost)
}

// fill takes lines until the file ends or this call has had its share.
func (s *spool) fill(clock agent.Clock) error {
	watch := time.AfterFunc(stalled, s.cancel)
	defer watch.Stop()
	began, until := clock.Now(), s.have.bytes+fetchBytes
	for n := 1; s.have.bytes < until; n++ {
		line, err := s.lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return bulkPartial("a line is too long", nil)
		case err != nil && !errors.Is(err, io.EOF):
			return bulkPartial("the connection broke off", err)
		}
		if len(line) > 0 {
			if bad := s.take(line); bad != nil {
				return bad
			}
		}
		if err != nil {
			return s.finish()
		}
		if n%256 == 0 {
			watch.Reset(stalled)
			if clock.Now().Sub(began) > fetchTime {
				break
			}
		}
	}
	return nil
}

// family is what puts a line beside the others of its variant.
type family struct {
	ID     string `json:"id"`
	Parent string `json:"__parentId"`
}

// take puts a line beside the others of its variant.
func (s *spool) take(line []byte) error {
	s.have.bytes += int64(len(line))
	switch {
	case s.have.bytes > s.limit:
		return bulkLarge(s.limit)
	case s.want.bytes >= 0 && s.have.bytes > s.want.bytes:
		return bulkPartial("it is longer than was said", nil)
	}
	var f family
	if err := json.Unmarshal(line, &f); err != nil {
		return bulkPartial(fmt.Sprintf("its line %d can't be read", s.have.lines+1), nil)
	}
	s.have.lines++
	key := f.Parent
	if key == "" {
		s.have.roots++
		key = f.ID
	}
	if err := s.put(key, line); err != nil {
		return noSpool(err)
	}
	return nil
}

// finish compares what came with what was to come.
func (s *spool) finish() error {
	s.body.Close()
	switch {
	case s.want.bytes >= 0 && s.have.bytes != s.want.bytes:
		return bulkPartial(fmt.Sprintf("%d of %d bytes came", s.have.bytes, s.want.bytes), nil)
	case s.have.roots != s.want.roots:
		return bulkPartial(fmt.Sprintf("%d of %d items came", s.have.roots, s.want.roots), nil)
	case s.have.lines != s.want.lines:
		return bulkPartial(fmt.Sprintf("%d of %d lines came", s.have.lines, s.want.lines), nil)
	}
	if err := s.flush(); err != nil {
		return noSpool(err)
	}
	s.whole = true
	return nil
}
