package live

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

func TestAFrameCanBeReadInOneWayOnly(t *testing.T) {
	for _, frame := range []string{
		``, ` `, `x`, `1`, `"t"`, `null`, `[]`, `{`, `}`, `{}}`, `{"t"}`, `{"t":}`, `{"t":"a",}`, `{"t":"a"} {}`, `{"t":"a"}x`,
		`{"t":"a","t":"b"}`, `{"t":"a","T":"b"}`, `{"T":"a"}`, `{"a":{"x":1,"x":1}}`, `{"a":[{"x":1,"x":1}]}`, `{"t":1}`, `{"v":"1"}`,
		`{"v":1.5}`, `{"topics":"counts"}`, `{"resume":{"seq":1e99}}`, `{"a":` + strings.Repeat(`[`, 20) + strings.Repeat(`]`, 20) + `}`,
	} {
		if in, err := decode([]byte(frame)); err == nil {
			t.Errorf("%s is read as %+v", frame, in)
		}
	}
	for frame, kind := range map[string]string{
		`{}`:                                   "",
		`{"t":"seen","seq":7}`:                 "seen",
		` {"t":"sub","topics":["counts"]} `:    "sub",
		`{"t":"cmd","a":{"Bin":"A","b":[{}]}}`: "cmd",
		`{"t":"hello","later":{"x":[1,2,3]}}`:  "hello",
	} {
		if in, err := decode([]byte(frame)); err != nil || in.T != kind {
			t.Errorf("%s is read as %+v, %v", frame, in, err)
		}
	}
}

// Whatever a page sends, it is refused or means the same to every reader: read
// loosely, it holds the same fields.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"t":"hello","v":1,"token":"x","topics":["counts"],"resume":{"epoch":"01J","seq":7}}`,
		`{"t":"cmd","id":"01J00000000000000000000001","op":"entry.set","a":{"pass":"pass-1","quantity":7}}`,
		`{"t":"sub","topics":[]}`, `{"t":"seen","seq":1}`, `{"t":"a","t":"b"}`, `[[[`, "{\"\xff\":1}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := decode(data)
		if err != nil {
			return
		}
		var loose map[string]json.RawMessage
		if err := json.Unmarshal(data, &loose); err != nil {
			t.Fatalf("%q was accepted and is not JSON: %v", data, err)
		}
		for key := range maps.Keys(loose) {
			if key != strings.ToLower(key) {
				t.Errorf("%q has the key %q", data, key)
			}
		}
		var kind string
		if raw, has := loose["t"]; has {
			_ = json.Unmarshal(raw, &kind) // null leaves it empty, as in decode
		}
		if in.T != kind {
			t.Errorf("%q is read as %q and as %q", data, in.T, kind)
		}
	})
}
