package queue

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// stride is how many rows lie between two checkpoints of the chain.
const stride = 1024

// hash is the rolling hash: that of a row is SHA-256(hash before, row). It covers
// what the row says, not how it is kept: texts, never the numbers that stand for
// them in the file.
type hash [sha256.Size]byte

// genesis is the hash before the first row. It binds the chain to its database.
func genesis(epoch string) hash {
	return sha256.Sum256(field([]byte("stockhand log 1"), epoch))
}

// then returns the hash after one more row.
func (h hash) then(r agent.Record) hash {
	buf := make([]byte, 0, 512)
	buf = append(buf, h[:]...)
	if r.Scan != nil {
		buf = encodeScan(buf, r.Scan)
	} else {
		buf = encodeEvent(buf, r.Event)
	}
	return sha256.Sum256(buf)
}

func encodeScan(b []byte, s *agent.Scan) []byte {
	b = append(b, 's')
	b = number(b, int64(s.Seq))
	b = field(b, s.Actor.Kind)
	b = field(b, s.Actor.ID)
	b = field(b, s.Device)
	b = number(b, s.Sequence)
	b = number(b, int64(s.Run))
	b = field(b, s.Raw)
	b = field(b, s.Code.Text)
	b = field(b, s.Code.Key)
	b = field(b, s.Code.Symbology)
	b = truth(b, s.Code.BadCheckDigit)
	b = field(b, s.Op)
	b = number(b, int64(s.Voids))
	b = field(b, s.Count)
	b = field(b, s.Pass)
	b = number(b, s.Round)
	b = field(b, s.Item)
	b = field(b, s.Bin)
	b = number(b, s.Quantity)
	b = field(b, s.Cond)
	b = number(b, int64(s.Flags))
	b = moment(b, s.Read.At)
	b = number(b, micros(s.Read.Uncertainty))
	b = number(b, s.Mono)
	return encodeMore(b, &s.Code)
}

// encodeMore appends what codes tell since they are more than a text and a key.
// The rows of before spell the bytes that they always did.
func encodeMore(b []byte, c *barcode.Code) []byte {
	if *c == (barcode.Code{Text: c.Text, Key: c.Key, Symbology: c.Symbology, BadCheckDigit: c.BadCheckDigit}) {
		return b
	}
	b = append(b, 'c')
	b = field(b, c.Kind)
	b = field(b, c.OtherKey)
	b = field(b, c.Value)
	b = field(b, c.AddOn)
	b = field(b, c.Amount.Of)
	b = number(b, c.Amount.Value)
	b = number(b, int64(c.Amount.Decimals))
	b = field(b, c.Amount.Currency)
	return truth(b, c.Malformed)
}

func encodeEvent(b []byte, e *agent.Event) []byte {
	b = append(b, 'e')
	b = number(b, int64(e.Seq))
	b = field(b, e.Kind)
	b = number(b, e.V)
	b = moment(b, e.At)
	b = field(b, e.Actor.Kind)
	b = field(b, e.Actor.ID)
	return field(b, e.Data)
}

// field appends a text behind its length, so that no two rows spell the same
// bytes.
func field[T ~string | ~[]byte](b []byte, text T) []byte {
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

func number(b []byte, n int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)) }

func truth(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// moment appends a time in microseconds; the zero time is told apart from 1970.
func moment(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return number(append(b, 1), t.UnixMicro())
}
