package install

import (
	"context"
	"errors"
	"os"

	"github.com/kardianos/service"
)

// report writes to the event log, where somebody looks who asks why a service
// is not running. Failing to is no reason to fail otherwise.
func report(s service.Service, err error) {
	log, openErr := s.SystemLogger(nil)
	if openErr != nil {
		return
	}
	_ = log.Error(err)
}

// endWithAgent ends the process when the agent ends by itself: the dispatcher
// of kardianos would go on waiting for the service manager. Leaving without
// having reported "stopped" is what makes Windows start the service again.
func (p *program) endWithAgent(s service.Service) {
	<-p.done
	if !errors.Is(context.Cause(p.ctx), errReturned) {
		return
	}
	err := p.result()
	p.agent.Log.Error("the agent ended", "error", err)
	report(s, err)
	os.Exit(1)
}
