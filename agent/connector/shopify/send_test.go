package shopify

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// once tries a request until it ends and holds the shop to having done it once.
func (r *rig) once(request agent.Request, item agent.ItemID, want int64, class agent.OutcomeClass) {
	r.Helper()
	if o := r.again(request); o.Class != class {
		r.Errorf("the next attempt ends as %q, want %q: %v", o.Class, class, o.Problem)
	}
	r.onHand(item, want)
	if n := r.shop.Counters().Applied; n != 1 {
		r.Errorf("the request was carried out %d times", n)
	}
}

func TestAReceiptWithoutErrorsIsAppliedAndKept(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	o := r.mustApply(request)
	r.onHand(tea, 38)
	if !strings.HasPrefix(o.Ref, "gid://shopify/InventoryAdjustmentGroup/") {
		t.Errorf("the receipt is %q", o.Ref)
	}
	r.once(request, tea, 38, agent.OutcomeRepeated)
}

func TestAReceiptWithErrorsIsBelievedLineByLine(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug, pot := r.item("TEA", 40), r.item("MUG", 12), r.item("POT", 3)
	request := r.request(1, target{tea, 38}, target{mug, 13}, target{pot, 4})
	change := func(item agent.ItemID, delta int) string {
		return fmt.Sprintf(`{"name":"on_hand","delta":%d,"item":{"id":"%s"},"location":null}`, delta, item)
	}
	r.garble([]byte(`{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":{"id":"gid://shopify/InventoryAdjustmentGroup/9",
		"createdAt":"2026-11-24T09:00:02Z","reason":"cycle_count_available","changes":[` + change(tea, -2) + "," + change(pot, 5) + `]},
		"userErrors":[{"code":"INVALID_INVENTORY_ITEM","field":["input","quantities","1"],"message":"no"}]}}}`))
	o := r.Send(t.Context(), request)
	if o.Class != agent.OutcomeApplied || len(o.Lines) != 2 || o.Lines[0].Index != 1 || o.Lines[1].Index != 2 {
		t.Fatalf("ends as %+v: the tea was done, the mug not, the pot otherwise than asked", o)
	}
	if p := o.Lines[1].Problem; p.Code != "shopify.other-change" || !strings.Contains(p.What, "+5") {
		t.Errorf("the pot's line says %v", p)
	}
}

func TestASuccessWithoutAReceiptIsLookedUp(t *testing.T) {
	const empty = `{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[]}}}`
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	r.garble([]byte(empty))
	if o := r.Send(t.Context(), request); o.Class != agent.OutcomeUnknown {
		t.Errorf("nothing was changed, yet it ends as %q", o.Class)
	}
	r.shop.LoseReplies("SetQuantities", 1)
	r.again(request)
	r.garble([]byte(empty))
	if o := r.again(request); o.Class != agent.OutcomeApplied {
		t.Errorf("the change is there, yet it ends as %q", o.Class)
	}
}

// The third row: whatever prevents an answer, the same bytes are sent again under
// the same key, and the request is done once.
func TestNoAnswerMeansTheSameBytesAgain(t *testing.T) {
	for name, effect := range map[string]shopifysim.Effect{
		"reset": shopifysim.Cut(), "truncated": shopifysim.Truncated(), "too large": shopifysim.Huge(9 << 20), "a web page": shopifysim.HTML(),
		"429": shopifysim.Status(429, 2*time.Second), "430": shopifysim.Status(430, 0), "408": shopifysim.Status(408, 0), "302": shopifysim.Status(302, 0),
		"500": shopifysim.Status(500, 0), "502": shopifysim.Status(502, 0), "503": shopifysim.Status(503, 3*time.Second), "504": shopifysim.Status(504, 0),
		"THROTTLED": shopifysim.TopLevel("THROTTLED"), "INTERNAL_SERVER_ERROR": shopifysim.TopLevel("INTERNAL_SERVER_ERROR"),
		"SERVICE_UNAVAILABLE": shopifysim.TopLevel("SERVICE_UNAVAILABLE"), "a code of tomorrow": shopifysim.TopLevel("WHATEVER_ELSE"),
	} {
		for _, executed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, executed %v", name, executed), func(t *testing.T) {
				r := newRig(t, wish{})
				tea := r.item("TEA", 40)
				request := r.request(1, target{tea, 38})
				r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Executed: executed, Effect: effect})
				o := r.Send(t.Context(), request)
				if o.Class != agent.OutcomeUnknown && o.Class != agent.OutcomeLater || o.Pause || o.Problem == nil || o.Problem.Class != agent.Retry {
					t.Fatalf("ends as %+v, %v", o, o.Problem)
				}
				if strings.HasPrefix(name, "429") && o.After != 2*time.Second || name == "503" && o.After != 3*time.Second {
					t.Errorf("is told to come after %v", o.After)
				}
				r.secretKept(o.Problem.Error())
				class := agent.OutcomeApplied
				if executed {
					class = agent.OutcomeRepeated
				}
				r.once(request, tea, 38, class)
			})
		}
	}
}

func TestUserErrorsOfAShopThatIsStillAtWorkKeepTheKey(t *testing.T) {
	for _, code := range []string{"SERVICE_UNAVAILABLE", "ADJUST_QUANTITIES_FAILED", "IDEMPOTENCY_CONCURRENT_REQUEST", "INTERNAL_SERVER_ERROR"} {
		r := newRig(t, wish{})
		request := r.request(1, target{r.item("TEA", 40), 38})
		r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.UserError(0, code)})
		if o := r.Send(t.Context(), request); o.Class != agent.OutcomeLater || o.Pause || len(o.Lines) > 0 {
			t.Errorf("%s ends as %+v", code, o)
		}
	}
}

func TestTheSameKeyWhileTheFirstIsAtWork(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.Slow(time.Hour)})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan agent.Outcome)
	other := r.connect(`search_lag = "0s"`)
	go func() { first <- other.Send(ctx, request) }()
	r.eventually(func() bool { return r.shop.Counters().Running == 1 })
	if o := r.again(request); o.Class != agent.OutcomeLater || o.Problem.Code != "shopify.running" {
		t.Errorf("ends as %+v, %v", o, o.Problem)
	}
	cancel()
	if o := <-first; o.Class != agent.OutcomeUnknown || o.Problem.Code != "shopify.no-answer" {
		t.Errorf("the first ends as %+v, %v", o, o.Problem)
	}
	r.eventually(func() bool { return r.shop.OnHand(string(tea)) == 38 })
	r.once(request, tea, 38, agent.OutcomeRepeated)
}

func (r *rig) eventually(holds func() bool) {
	r.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatal("it never came true")
		}
	}
}

func TestNobodyListens(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	r.client.http.CloseIdleConnections()
	r.client.base = "http://127.0.0.1:1"
	o := r.Send(t.Context(), request)
	if o.Class != agent.OutcomeLater || o.Problem.Code != "shopify.unreachable" || o.Pause {
		t.Errorf("a refused connection ends as %+v, %v: it certainly was not sent", o, o.Problem)
	}
}

// What a person must put right pauses the upload; the request stays as it is.
func TestWhatNeedsAPersonPauses(t *testing.T) {
	for name, tt := range map[string]struct {
		effect shopifysim.Effect
		code   string
	}{
		"401": {shopifysim.Status(401, 0), "shopify.token"}, "402": {shopifysim.Status(402, 0), "shopify.frozen"},
		"403": {shopifysim.Status(403, 0), "shopify.forbidden"}, "404": {shopifysim.Status(404, 0), "shopify.not-found"},
		"423": {shopifysim.Status(423, 0), "shopify.locked"}, "ACCESS_DENIED": {shopifysim.TopLevel("ACCESS_DENIED"), "shopify.scope"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wish{})
			tea := r.item("TEA", 40)
			request := r.request(1, target{tea, 38})
			r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: tt.effect})
			o := r.Send(t.Context(), request)
			if o.Class != agent.OutcomeLater || !o.Pause || o.Problem.Code != tt.code || o.Problem.Do == "" {
				t.Fatalf("ends as %+v, %v", o, o.Problem)
			}
			r.secretKept(o.Problem.Error())
			r.onHand(tea, 40)
			r.once(request, tea, 38, agent.OutcomeApplied)
		})
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	r.shop.SetScopes("read_products", "read_inventory", "read_locations", "read_orders")
	o := r.Send(t.Context(), request)
	if !o.Pause || o.Class != agent.OutcomeLater || !strings.Contains(o.Problem.What, "write_inventory") {
		t.Errorf("ends as %+v, %v", o, o.Problem)
	}
}

// A field of the receipt may be denied after the write was carried out.
func TestADeniedReceiptIsNotTakenForARefusal(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	r.garble([]byte(`{"data":{"inventorySetQuantities":null},"errors":[{"message":"denied","path":["inventorySetQuantities","inventoryAdjustmentGroup","changes"],
		"extensions":{"code":"ACCESS_DENIED","requiredAccess":"read_products"}}]}`))
	if o := r.Send(t.Context(), request); o.Class != agent.OutcomeUnknown || !o.Pause {
		t.Errorf("ends as %+v", o)
	}
}

// Our own mistakes, and a version that changed: no retry, and the log has the
// request.
func TestARequestThatTheShopCallsWrong(t *testing.T) {
	answers := map[string]func(*rig){
		"a reason":    plant("INVALID_REASON"),
		"a document":  plant("INVALID_REFERENCE_DOCUMENT"),
		"a duplicate": plant("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"),
		"a name":      plant("INVALID_NAME"),
		"no line": func(r *rig) {
			r.garble([]byte(`{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{"code":"TOMORROW","field":null,"message":"no"}]}}}`))
		},
		"HTTP 400": func(r *rig) {
			r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.Status(400, 0)})
		},
	}
	for _, code := range []string{"INVALID_FIELD_ARGUMENTS", "BAD_REQUEST", "undefinedField", "argumentNotAccepted", "INVALID_VARIABLE"} {
		answers[code] = func(r *rig) {
			r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.TopLevel(code)})
		}
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wish{})
			tea := r.item("TEA", 40)
			request := r.request(1, target{tea, 38})
			answer(r)
			o := r.Send(t.Context(), request)
			if o.Class != agent.OutcomeRejected || !o.Pause || len(o.Lines) > 0 || o.Problem.Class != agent.Fault {
				t.Fatalf("ends as %+v, %v", o, o.Problem)
			}
			if !strings.Contains(r.log.String(), "request=request-1") {
				t.Errorf("the log says nothing of it: %s", r.log)
			}
			r.secretKept(o.Problem.Error())
			r.onHand(tea, 40)
		})
	}
}

func plant(code string) func(*rig) {
	return func(r *rig) {
		r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.UserError(0, code)})
	}
}

func TestAStaleLineIsNamedAndTheOthersAreNotDone(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug, pot := r.item("TEA", 40), r.item("MUG", 12), r.item("POT", 3)
	request := r.request(1, target{tea, 38}, target{mug, 13}, target{pot, 4})
	r.sell(mug, 1, "")
	o := r.Send(t.Context(), request)
	if o.Class != agent.OutcomeConflict || len(o.Lines) != 1 || o.Lines[0].Index != 1 || o.Lines[0].Problem.Code != "shopify.stale" {
		t.Fatalf("ends as %+v", o)
	}
	r.onHand(tea, 40)
	r.onHand(mug, 11)
	r.mustApply(r.request(2, target{tea, 38}, target{mug, 12}, target{pot, 4}))
}

// The shop itself says that an earlier attempt was not carried out: the lines are
// planned afresh, with another key.
func TestAFailedEarlierAttemptIsPlannedAfresh(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 39})
	r.sell(tea, 1, "")
	r.shop.LoseReplies("SetQuantities", 1)
	r.Send(t.Context(), request) // stale, and the answer is lost
	o := r.again(request)
	if o.Class != agent.OutcomeConflict || len(o.Lines) > 0 || o.Pause || o.Problem.Code != "shopify.failed-before" {
		t.Errorf("ends as %+v, %v", o, o.Problem)
	}
}

// One was sold while a request that takes one away could not be sent: on hand
// stands at the target, and the request was not carried out for that.
func TestASaleIsNotTakenForTheRequest(t *testing.T) {
	for _, expired := range []bool{false, true} {
		r := newRig(t, wish{})
		tea := r.item("TEA", 40)
		request := r.request(1, target{tea, 39})
		r.shop.DropRequests("SetQuantities", 1)
		r.Send(t.Context(), request)
		r.clock.pass(time.Hour)
		r.sell(tea, 1, "")
		want, o := agent.OutcomeConflict, agent.Outcome{}
		if expired {
			r.clock.pass(keyLife)
			want, o = agent.OutcomeLater, r.Find(t.Context(), request)
		} else {
			o = r.again(request)
		}
		if o.Class != want {
			t.Errorf("key expired %v: ends as %q, %v", expired, o.Class, o.Problem)
		}
	}
}

func TestBytesThatDoNotMatchTheirKeyStopEverything(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	r.mustApply(request)
	other := request
	other.Document.Body = []byte(strings.Replace(string(request.Document.Body), `"quantity":38`, `"quantity":37`, 1))
	wrongKey := request
	wrongKey.Document.Key = strings.Repeat("0", 32)
	garbage := request
	garbage.Document.Body = []byte("{")
	before := r.shop.Counters().Requests["SetQuantities"]
	for i, damaged := range []agent.Request{other, wrongKey, garbage} {
		o := r.again(damaged)
		if o.Class != agent.OutcomeRejected || !o.Pause || len(o.Lines) != 1 || o.Problem.Code != "shopify.corrupt" {
			t.Errorf("%d ends as %+v, %v", i, o, o.Problem)
		}
	}
	r.onHand(tea, 38)
	if n := r.shop.Counters().Requests["SetQuantities"] - before; n != 1 {
		t.Errorf("%d of them were sent; only the one whose damage the shop alone can see may be", n)
	}
}

func TestALineThatCannotBeWrittenIsNamed(t *testing.T) {
	for _, code := range []string{
		"INVALID_INVENTORY_ITEM", "NON_MUTABLE_INVENTORY_ITEM", "INVALID_QUANTITY_NEGATIVE",
		"INVALID_QUANTITY_TOO_HIGH", "INVALID_QUANTITY_TOO_LOW", "A_CODE_OF_TOMORROW",
	} {
		r := newRig(t, wish{})
		tea, mug := r.item("TEA", 40), r.item("MUG", 12)
		request := r.request(1, target{tea, 38}, target{mug, 13})
		r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.UserError(1, code)})
		o := r.Send(t.Context(), request)
		if o.Class != agent.OutcomeRejected || o.Pause || len(o.Lines) != 1 || o.Lines[0].Index != 1 || o.Lines[0].Problem.Do == "" {
			t.Errorf("%s ends as %+v", code, o)
		}
		r.onHand(tea, 40)
	}
}

// A stale line beside a bad one: the bad one is parked, the stale one is planned
// again with the rest.
func TestABadLineGoesBeforeAStaleOne(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug := r.item("TEA", 40), r.item("MUG", 12)
	request := r.request(1, target{tea, 38}, target{mug, 13})
	r.sell(tea, 1, "")
	if err := r.shop.Remove(string(mug)); err != nil {
		t.Fatal(err)
	}
	if o := r.Send(t.Context(), request); o.Class != agent.OutcomeRejected || len(o.Lines) != 1 || o.Lines[0].Index != 1 {
		t.Errorf("ends as %+v", o)
	}
}

func TestALocationThatIsGonePauses(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	if err := r.shop.CloseLocation(r.shop.Main()); err != nil {
		t.Fatal(err)
	}
	o := r.Send(t.Context(), request)
	if o.Class != agent.OutcomeRejected || !o.Pause || len(o.Lines) > 0 || o.Problem.Code != "shopify.location" {
		t.Errorf("ends as %+v, %v: the lines are not at fault", o, o.Problem)
	}
}

func TestNothingIsWrittenInAnotherVersion(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.Version = "2027-10" }})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38}) // reading goes on
	for _, c := range []*Connector{r.Connector, r.connect("")} {
		o := c.Send(t.Context(), request)
		if o.Class != agent.OutcomeLater || !o.Pause || o.Problem.Code != "shopify.version" {
			t.Errorf("ends as %+v, %v", o, o.Problem)
		}
	}
	if n := r.shop.Counters().Requests["SetQuantities"]; n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestAKeyThatMayBeForgottenIsNotSent(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	for _, age := range []time.Duration{keyLife - fence, keyLife, 100 * time.Hour, -time.Minute} {
		request.FirstSent = r.clock.Now().Add(-age)
		if o := r.Send(t.Context(), request); o.Class != agent.OutcomeUnknown || o.Problem.Code != "shopify.old-key" {
			t.Errorf("at the age of %v it ends as %+v", age, o)
		}
	}
	if n := r.shop.Counters().Requests["SetQuantities"]; n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestARequestTakesTheTimeOfItsContext(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	r.shop.Fail(shopifysim.Fault{Operation: "SetQuantities", Effect: shopifysim.Slow(time.Hour)})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if o := r.Send(ctx, request); o.Class != agent.OutcomeUnknown || o.Problem.Class != agent.Retry {
		t.Errorf("ends as %+v", o)
	}
}

func TestThrottlingSaysWhenToComeBack(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.BucketSize, o.RestoreRate = 12, 2 }})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	o := r.Send(t.Context(), request) // reading the level left 7 of 12 points, a write costs 10
	if o.Class != agent.OutcomeLater || o.After != 1500*time.Millisecond {
		t.Fatalf("ends as %+v where 3 points come back at 2 a second", o)
	}
	r.clock.pass(o.After)
	r.mustApply(request)
}

func TestFindLooksTheReceiptUp(t *testing.T) {
	r := newRig(t, wish{})
	tea := r.item("TEA", 40)
	request := r.request(1, target{tea, 38})
	o := r.mustApply(request)
	r.clock.pass(48 * time.Hour)
	r.sell(tea, 1, "")
	request.Outcome = &agent.Outcome{Ref: o.Ref}
	if found := r.Find(t.Context(), request); found.Class != agent.OutcomeRepeated || found.Ref != o.Ref {
		t.Errorf("the receipt is there, yet it is found as %+v", found)
	}
	request.Outcome.Ref = "gid://shopify/InventoryAdjustmentGroup/1"
	if found := r.Find(t.Context(), request); found.Class != agent.OutcomeUnknown || found.Problem.Class != agent.Retry || found.After <= 0 {
		t.Errorf("it can't be told in the second of the sale, yet it is found as %+v", found)
	}
	r.clock.pass(2 * time.Second)
	if found := r.Find(t.Context(), request); found.Class != agent.OutcomeRepeated || found.Ref != "" {
		t.Errorf("the receipt is gone, one was sold, and the rest is the request's; found as %+v", found)
	}
}

func TestFindIsNotDeceivedByAQuantityThatCameBack(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug := r.item("TEA", 40), r.item("MUG", 12)
	request := r.request(1, target{tea, 38})
	r.clock.pass(time.Minute)
	for _, n := range []int64{35, 40} { // somebody edits there and back
		if err := r.shop.SetByHand(string(tea), n, "Anna"); err != nil {
			t.Fatal(err)
		}
	}
	if found := r.Find(t.Context(), request); found.Class != agent.OutcomeUnknown {
		t.Errorf("on hand is as before but has moved; found as %+v", found)
	}
	// The target was reached before the request was first sent.
	early := r.request(2, target{mug, 12})
	if found := r.Find(t.Context(), early); found.Class == agent.OutcomeRepeated {
		t.Error("what stood at the target before anything was sent counts as arrived")
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	r := newRig(t, wish{})
	request := r.request(1, target{r.item("TEA", 40), 38})
	var elsewhere []string
	r.before = func(q *http.Request) {
		if strings.HasPrefix(q.URL.Path, "/elsewhere") {
			elsewhere = append(elsewhere, q.Header.Get("X-Shopify-Access-Token"))
		}
	}
	r.mu.Lock()
	r.redirect = r.url + "/elsewhere"
	r.mu.Unlock()
	if o := r.Send(t.Context(), request); o.Class != agent.OutcomeUnknown || o.Pause {
		t.Errorf("ends as %+v", o)
	}
	if len(slices.Compact(elsewhere)) > 0 {
		t.Errorf("the token went elsewhere: %q", elsewhere)
	}
}
