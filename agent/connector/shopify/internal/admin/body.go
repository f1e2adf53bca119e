package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/Khan/genqlient/graphql"
)

// errCaptured ends a call whose request was taken instead of sent.
var errCaptured = errors.New("the request was captured, not sent")

// Body returns the bytes of the one request that call makes on the client it is
// given, without sending them. The same arguments give the same bytes.
//
//	body, err := admin.Body(func(c graphql.Client) error {
//		_, _, err := admin.SetQuantities(ctx, c, input, key)
//		return err
//	})
func Body(call func(graphql.Client) error) ([]byte, error) {
	var taken capture
	switch err := call(&taken); {
	case err == nil:
		return nil, errors.New("take the request's body: the call made no request")
	case !errors.Is(err, errCaptured):
		return nil, fmt.Errorf("take the request's body: %w", err)
	}
	return taken.body, taken.err
}

type capture struct {
	body []byte
	err  error
}

func (c *capture) MakeRequest(_ context.Context, request *graphql.Request, _ *graphql.Response) error {
	c.body, c.err = json.Marshal(request)
	return errCaptured
}
