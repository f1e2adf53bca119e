package install

import "github.com/kardianos/service"

// report does nothing here: what main prints on standard error is already in
// the journal.
func report(service.Service, error) {}

// endWithAgent does nothing here: kardianos waits in our own wait, which sees
// the agent end.
func (p *program) endWithAgent(service.Service) {}
