package upload

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// heldCode is the code of a pause that somebody made.
const heldCode = "upload.held"

// obey looks whether somebody paused the upload, or ended such a pause. It is read before
// each step, so that a pause holds from the next request on and over every restart.
func (u *Uploader) obey(ctx context.Context) (held bool, err error) {
	var pause agent.UploadPause
	err = u.store.Read(ctx, func(v agent.View) (err error) {
		pause, held, err = v.UploadPause()
		return err
	})
	if err != nil {
		return true, fmt.Errorf("look whether uploads are paused: %w", err)
	}
	was := isHeld(u.Status().Problem)
	switch {
	case held && !was:
		u.enter(Paused, heldBy(pause))
	case !held && was:
		u.enter(Idle, nil)
		u.resume()
	}
	return held, nil
}

// isHeld reports whether somebody's pause is the problem. Only its end ends it.
func isHeld(p *agent.Error) bool { return p != nil && p.Code == heldCode }

func heldBy(p agent.UploadPause) *agent.Error {
	who := "Somebody at this machine"
	if p.By.Kind == agent.PersonActor && p.By.ID != "" {
		who = p.By.ID
	}
	e := &agent.Error{
		Code: heldCode, Class: agent.Refuse,
		What:  who + " paused the upload.",
		Means: "Nothing is sent to the shop. Counts, reviews and approvals go on; what is approved waits and is not lost.",
		Do:    "Resume the upload when the reason is gone: on the shop's page, or with \"stockhand upload resume\".",
	}
	if p.Why != "" {
		e.What = who + " paused the upload: " + p.Why
	}
	return e
}
