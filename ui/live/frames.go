package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// The close codes. After 4000 to 4499 a page comes back by itself.
const (
	closeRestart    = 4001
	closeSlow       = 4002
	closeRate       = 4003
	closePerson     = 4004 // somebody else uses the page now
	closeStranger   = 4501
	closeRevoked    = 4502
	closeVersion    = 4503
	closeForbidden  = 4504
	closeBadMessage = 4505
	closeTooMany    = 4506
)

// incoming is any frame of a page.
type incoming struct {
	T      string          `json:"t"`
	V      int             `json:"v"`
	Token  string          `json:"token"`
	Secret string          `json:"secret"`
	Topics []string        `json:"topics"`
	Resume *place          `json:"resume"`
	ID     string          `json:"id"`
	Op     string          `json:"op"`
	A      json.RawMessage `json:"a"`
}

// place is a place in the log.
type place struct {
	Epoch string    `json:"epoch"`
	Seq   agent.Seq `json:"seq"`
}

type challenge struct {
	T     string `json:"t"`
	Nonce string `json:"nonce"`
	V     []int  `json:"v"`
}

type welcome struct {
	T          string           `json:"t"`
	Role       agent.Role       `json:"role"`
	Name       string           `json:"name,omitempty"`
	Person     *person          `json:"person,omitempty"` // who has signed in
	People     bool             `json:"people,omitempty"` // there are some who can sign in
	Access     string           `json:"access"`           // the browser's, a part of its scanner's id
	Token      string           `json:"token,omitempty"`
	Epoch      string           `json:"epoch"`
	Seq        agent.Seq        `json:"seq"`
	Now        time.Time        `json:"now"`
	Mode       string           `json:"mode"` // "delta" or "snap"
	Simulation *simulationTitle `json:"simulation,omitempty"`
}

type simulationTitle struct {
	Title string `json:"title"`
}

type snap struct {
	T     string                     `json:"t"`
	Topic string                     `json:"topic"`
	Seq   agent.Seq                  `json:"seq"`
	Last  bool                       `json:"last"`
	Data  map[string]json.RawMessage `json:"data"`
}

type event struct {
	T     string    `json:"t"`
	Topic string    `json:"topic"`
	Seq   agent.Seq `json:"seq"`
	K     string    `json:"k"`
	D     any       `json:"d"`
}

type mark struct {
	T   string    `json:"t"`
	Seq agent.Seq `json:"seq"`
}

type ack struct {
	T  string       `json:"t"`
	ID string       `json:"id"`
	OK bool         `json:"ok"`
	R  any          `json:"r,omitempty"`
	E  *agent.Error `json:"e,omitempty"`
}

// encode writes a frame of ours. All of them can be written, so a failure is a
// mistake of ours.
func encode(frame any) []byte {
	data, err := json.Marshal(frame)
	if err != nil {
		panic(fmt.Sprintf("live: encode a frame: %v", err))
	}
	return data
}

var errBadFrame = errors.New("not a frame of stockhand.v1")

// decode reads a frame of a page. encoding/json takes the last of two equal keys
// and any case of a key, so that two readers could understand a frame in two
// ways; such frames are refused.
func decode(data []byte) (incoming, error) {
	var in incoming
	if err := plain(data); err != nil {
		return in, err
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return in, fmt.Errorf("%w: %w", errBadFrame, err)
	}
	return in, nil
}

const maxDepth = 16

// plain walks over a JSON object and refuses what can be read in two ways.
func plain(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	first, err := decoder.Token()
	if err != nil || first != json.Delim('{') {
		return errBadFrame
	}
	if err := object(decoder, 1); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errBadFrame // something follows
	}
	return nil
}

func object(decoder *json.Decoder, depth int) error {
	var keys []string
	for decoder.More() {
		token, err := decoder.Token()
		key, isText := token.(string)
		if err != nil || !isText || len(keys) == 64 || slices.Contains(keys, key) || depth == 1 && key != strings.ToLower(key) {
			return errBadFrame
		}
		keys = append(keys, key)
		if err := anything(decoder, depth); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func anything(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil || depth == maxDepth {
		return errBadFrame
	}
	switch token {
	case json.Delim('{'):
		return object(decoder, depth+1)
	case json.Delim('['):
		for decoder.More() {
			if err := anything(decoder, depth+1); err != nil {
				return err
			}
		}
		_, err = decoder.Token()
		return err
	}
	return nil
}
