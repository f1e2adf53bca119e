package shopify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// renewAt is the part of a token's life after which a new one is fetched.
const renewAt = 0.8

// auth knows the token that requests carry: one that was made in the admin and
// does not end, or one that is exchanged for the app's credentials and lives a
// day. Secrets are read afresh whenever a new token is needed, so that a changed
// file needs no restart. It is never printed.
type auth struct {
	secret func(name string) (string, error)
	token  string
	renew  time.Time // zero for a token that does not end
	ends   time.Time
}

func newAuth(secret func(string) (string, error)) (*auth, error) {
	a := &auth{secret: secret}
	if a.read("shopify.token") == "" && (a.read("shopify.client-id") == "" || a.read("shopify.client-secret") == "") {
		return nil, noSecret()
	}
	return a, nil
}

func noSecret() *agent.Error {
	return &agent.Error{
		Code: "shopify.no-secret", Class: agent.Refuse,
		What:  "There are no credentials for the shop.",
		Means: "Nothing can be read from it or sent to it.",
		Do:    "Store the secret shopify.token, or both shopify.client-id and shopify.client-secret of the app.",
	}
}

// read returns a secret, empty where there is none.
func (a *auth) read(name string) string {
	if a.secret == nil {
		return ""
	}
	text, err := a.secret(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

// forget makes the next request fetch a token. It reports false where that cannot
// bring another one than was refused.
func (a *auth) forget() bool {
	refused := a.token
	a.token = ""
	kept := a.read("shopify.token")
	return kept == "" || kept != refused
}

// current returns the token to use, fetching one where that is needed.
func (c *client) current(ctx context.Context) (string, *fault) {
	a := c.auth
	if a.token != "" && (a.renew.IsZero() || c.clock.Now().Before(a.renew)) {
		return a.token, nil
	}
	if token := a.read("shopify.token"); token != "" {
		a.token, a.renew = token, time.Time{}
		return token, nil
	}
	id, secret := a.read("shopify.client-id"), a.read("shopify.client-secret")
	if id == "" || secret == "" {
		return "", &fault{kind: refused, problem: noSecret()}
	}
	old := a.token
	f := c.grant(ctx, id, secret)
	if f != nil && f.kind != refused && old != "" && c.clock.Now().Before(a.ends) {
		return old, nil // the old one still lives: it may be that only the exchange fails
	}
	return a.token, f
}

// grant exchanges the app's credentials for a token.
func (c *client) grant(ctx context.Context, id, secret string) *fault {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	reply, f := c.post(ctx, "/admin/oauth/access_token", "application/x-www-form-urlencoded", "", []byte(form.Encode()))
	if f != nil {
		// Whatever became of the exchange, the request that it was for was not sent.
		if f.kind == unanswered {
			f.kind = unsent
		}
		return f
	}
	if reply.status == http.StatusBadRequest || reply.status == http.StatusUnauthorized || reply.status == http.StatusForbidden {
		return &fault{kind: refused, problem: badCredentials(reply.status)}
	}
	if f := reply.fault(); f != nil {
		if f.kind == unanswered || f.kind == invalid {
			f.kind = unsent
		}
		return f
	}
	var granted struct {
		Token   string  `json:"access_token"`
		Expires float64 `json:"expires_in"`
	}
	if err := json.Unmarshal(reply.body, &granted); err != nil || granted.Token == "" || strings.ContainsFunc(granted.Token, notToken) {
		return &fault{kind: unsent, problem: nonsense("the answer to the app's credentials holds no token", nil)}
	}
	life := time.Duration(min(max(granted.Expires, 60), (24*time.Hour).Seconds()) * float64(time.Second))
	c.auth.token = granted.Token
	c.auth.renew = reply.received.Add(time.Duration(renewAt * float64(life)))
	c.auth.ends = reply.received.Add(life)
	return nil
}

// notToken finds what cannot stand in a header.
func notToken(r rune) bool { return r <= ' ' || r > '~' }
