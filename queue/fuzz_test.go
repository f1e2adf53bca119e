package queue

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// FuzzRaw: whatever a scanner sends is kept as it was sent, and its code with it.
func FuzzRaw(f *testing.F) {
	for _, raw := range []string{"", "0", "4006381333931", "000000000000000000", "9999999999999999999", "]E04006381333931", "]C1", "\x00", "1 ", "-1", "+5", "\xff"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		kept, err := unpackRaw(packRaw(raw))
		if err != nil || !bytes.Equal(kept, raw) {
			t.Fatalf("%q became %q: %v", raw, kept, err)
		}
		want := barcode.Parse(raw)
		text, err := packCode(raw, want)
		if err != nil {
			t.Fatal(err)
		}
		got := plainCode(kept)
		if text != nil {
			got = barcode.Code{}
			if err := json.Unmarshal([]byte(text.(string)), &got); err != nil {
				t.Fatal(err)
			}
		}
		if got != want {
			t.Fatalf("%q: the code %+v became %+v", raw, want, got)
		}
	})
}

// FuzzUnpackRaw: whatever number stands in a file is refused or read without harm.
func FuzzUnpackRaw(f *testing.F) {
	for _, n := range []int64{0, 1, -1, 14006381333931, 1 << 62, -1 << 63} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		raw, err := unpackRaw(n)
		if err != nil {
			return
		}
		if again := packRaw(raw); again != n {
			t.Fatalf("%d was read as %q and would be written as %v", n, raw, again)
		}
	})
}

// FuzzActor: an actor is read as it was written.
func FuzzActor(f *testing.F) {
	f.Add("person", "anna")
	f.Add("device", "usb:1a86:7523:3-2")
	f.Add("system", ":")
	f.Fuzz(func(t *testing.T, kind, id string) {
		a := agent.Actor{Kind: agent.ActorKind(kind), ID: id}
		if checkActor(a) != nil {
			return
		}
		if got := splitActor(joinActor(a)); got != a {
			t.Fatalf("%+v became %+v", a, got)
		}
	})
}

// FuzzChain: two different rows never spell the same bytes.
func FuzzChain(f *testing.F) {
	f.Add("a", "bc", "ab", "c")
	f.Add("", "x", "x", "")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		one := encodeScan(nil, &agent.Scan{Device: agent.DeviceID(a), Raw: []byte(b)})
		two := encodeScan(nil, &agent.Scan{Device: agent.DeviceID(c), Raw: []byte(d)})
		if bytes.Equal(one, two) != (a == c && b == d) {
			t.Fatalf("%q %q and %q %q", a, b, c, d)
		}
	})
}
