package local

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/stockhand/stockhand/agent"
)

// The limits of what the agent reads from a caller.
const (
	maxLine = 1 << 20 // bytes of one line
	maxBody = 4 << 30 // bytes of a body
	piece   = 48 << 10
)

type request struct {
	ID   string          `json:"id,omitempty"`
	Op   string          `json:"op"`
	Args json.RawMessage `json:"args,omitempty"`
	Body bool            `json:"body,omitempty"` // pieces follow
}

type part struct {
	Data []byte `json:"data,omitempty"`
	End  bool   `json:"end,omitempty"`
}

type answer struct {
	OK     *bool           `json:"ok,omitempty"` // nil: told on the way
	Told   json.RawMessage `json:"told,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *agent.Error    `json:"error,omitempty"`
}

var errTooLong = fmt.Errorf("a line is longer than %d bytes", maxLine)

// readLine decodes the next line into v, which must fit it exactly.
func readLine(r *bufio.Reader, v any) error {
	line, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return errTooLong
	case errors.Is(err, io.EOF) && len(line) > 0:
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	}
	return json.Unmarshal(line, v)
}

func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode a line: %w", err)
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
