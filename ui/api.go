package ui

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/ui/live"
)

// movementsPath is where programs tell what moved, and ask what they told.
const movementsPath = "/api/v1/movements"

// Limits of what a program sends. Only whoever has a token is read at all.
const (
	apiBytes = 1 << 20
	apiWait  = 10 * time.Second // for a body
	apiAtOne = 8                // requests at a time
)

// api lets tills and other programs tell what moved. It knows no rule of its own:
// what a row means, and who may tell it, is the station's business.
type api struct {
	admit    func(ctx context.Context, token string) (live.Admitted, error)
	dispatch func(ctx context.Context, caller agent.Caller, commandID, op string, args json.RawMessage) (any, error)
	log      *slog.Logger
	wait     time.Duration
	room     chan struct{}
}

func newAPI(o Options, a *accesses) *api {
	return &api{admit: a.byToken, dispatch: o.Dispatch, log: o.Log, wait: apiWait, room: make(chan struct{}, apiAtOne)}
}

// toldByProgram reports whether a request may have a body: one that tells movements.
func toldByProgram(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == movementsPath
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Until somebody is known nothing of a body is read, and not for long after that.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(a.wait))
	caller, err := a.caller(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	select {
	case a.room <- struct{}{}:
		defer func() { <-a.room }()
	default:
		a.fail(w, r, &agent.Error{Code: "busy", Class: agent.Retry, What: "Too many programs tell movements at this moment.", Means: "Nothing of this was kept.", Do: "Tell it again in a second.", After: time.Second})
		return
	}
	op, args, err := a.asked(w, r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	result, err := a.dispatch(r.Context(), caller, "", op, args)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, result)
}

// caller is who has the token of a request. A token in an address would stand in logs:
// it is looked for in the header alone.
func (a *api) caller(r *http.Request) (agent.Caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return agent.Caller{}, stranger
	}
	who, err := a.admit(r.Context(), token)
	if errors.Is(err, live.ErrNotAdmitted) {
		return agent.Caller{}, stranger
	}
	return agent.CallerOf(who.Access, who.Who), err
}

var stranger = &agent.Error{
	Code: "no_token", Class: agent.Refuse, What: "The request has no valid token.", Means: "Nothing of it was read.",
	Do: `Send the header "Authorization: Bearer TOKEN" with a token of "stockhand pair --role pos --name NAME".`,
}

// asked is the operation that a request stands for.
func (a *api) asked(w http.ResponseWriter, r *http.Request) (op string, args json.RawMessage, err error) {
	if r.Method != http.MethodPost {
		query := r.URL.Query()
		args, err := json.Marshal(map[string]any{"ids": append([]string{}, query["id"]...), "source": query.Get("source")})
		return "movements.told", args, err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return "", nil, unreadable("not_json", "What was sent is not said to be JSON.", `Send it with the header "Content-Type: application/json".`)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, apiBytes))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", nil, unreadable("too_large", "More than 1 MB was sent.", "Tell at most 1,000 movements at a time.")
	case err != nil:
		return "", nil, unreadable("cut_off", "What was sent did not arrive whole within ten seconds.", "Tell it again: what is known already is not stored twice.")
	case !json.Valid(body):
		return "", nil, unreadable("not_json", "What was sent is not JSON.", `Send an object such as {"movements":[{"id":"1","occurred":"2026-05-04T09:30:00Z","sku":"MUG-01","quantity":-1}]}.`)
	}
	return "movements.take", body, nil
}

func unreadable(code, what, do string) error {
	return &agent.Error{Code: code, Class: agent.Refuse, What: what, Means: "Nothing of it was kept.", Do: do}
}

// statuses are what HTTP calls a failure, by its code and else by its class.
var (
	statuses = map[string]int{
		"no_token": http.StatusUnauthorized, "forbidden": http.StatusForbidden, "too_large": http.StatusRequestEntityTooLarge,
		"cut_off": http.StatusRequestTimeout, "bad_arguments": http.StatusBadRequest,
	}
	classes = map[agent.Class]int{
		agent.Retry: http.StatusServiceUnavailable, agent.Refuse: http.StatusBadRequest, agent.Clash: http.StatusConflict,
		agent.Missing: http.StatusNotFound, agent.Fault: http.StatusInternalServerError,
	}
)

// fail answers with an error as the page and the command line show it.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := agent.AsError(err)
	status, known := statuses[e.Code]
	if !known {
		status = classes[e.Class]
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if e.Class == agent.Retry {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(e.After.Seconds()))))
	}
	if e.Class == agent.Fault {
		a.log.Error("movements could not be taken", "code", e.Code, "error", err)
	}
	w.Header().Set("Connection", "close") // what is left of a body is not waited for
	answer(w, status, map[string]string{"error": e.Code, "what": e.What, "means": e.Means, "do": e.Do})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}
