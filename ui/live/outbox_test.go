package live

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

func TestAnOutboxTakesEventsUpToItsLimit(t *testing.T) { // S-26
	o := newOutbox()
	frame := make([]byte, 1<<10)
	n := 0
	for o.put(frame, true) {
		n++
	}
	if n != deltaBytes/len(frame) {
		t.Errorf("%d frames of 1 KiB were taken", n)
	}
	if !o.put(frame, false) {
		t.Error("an answer must find room although events do not")
	}
	one, _ := o.take()
	if o.put(frame, true) {
		t.Error("a frame that is being written still counts")
	}
	o.written(one)
	if !o.put(frame, true) {
		t.Error("a frame that has left makes room")
	}
	small := newOutbox()
	for n = 0; small.put([]byte("{}"), true); n++ {
	}
	if n != deltaFrames {
		t.Errorf("%d small frames were taken", n)
	}
}

func TestAnOutboxIsEmptyWhenEverythingIsWritten(t *testing.T) {
	o := newOutbox()
	o.put([]byte("a"), true)
	o.put([]byte("b"), false)
	for _, want := range []string{"a", "b"} {
		if o.empty() {
			t.Error("something waits, yet the outbox says it is empty")
		}
		l, more := o.take()
		if !more || string(l.data) != want {
			t.Errorf("%q came instead of %q", l.data, want)
		}
		o.written(l)
	}
	if _, more := o.take(); more || !o.empty() || o.deltas != 0 || o.weight != 0 {
		t.Error("nothing waits, yet the outbox is not empty")
	}
}

func TestWhichRoleSeesWhichTopic(t *testing.T) { // S-29, S-31, S-38
	all := []agent.Role{agent.Counter, agent.Manager, agent.Admin, agent.POS, ""}
	may := map[string][]agent.Role{
		"counts":         {agent.Counter, agent.Manager, agent.Admin},
		"count/count-1":  {agent.Counter, agent.Manager, agent.Admin},
		"devices":        {agent.Counter, agent.Manager, agent.Admin},
		"simulation":     {agent.Counter, agent.Manager, agent.Admin},
		"upload":         {agent.Manager, agent.Admin},
		"pairing":        {agent.Manager, agent.Admin},
		"review/count-1": {agent.Manager, agent.Admin},
		"":               nil, "count": nil, "count/": nil, "review": nil, "review/": nil, "nothing": nil, "counts/1": nil, "upload/1": nil,
	}
	for topic, roles := range may {
		for _, role := range all {
			p := &page{caller: agent.Caller{Role: role}}
			want := false
			for _, r := range roles {
				want = want || r == role
			}
			if got := p.maySee(topic); got != want {
				t.Errorf("%q sees %q: %v", role, topic, got)
			}
		}
	}
}
