package local

import "github.com/stockhand/stockhand/agent"

// Admin returns the caller for a user of this machine on the command line.
func Admin(user string) agent.Caller {
	return agent.Caller{
		Actor: agent.Actor{Kind: agent.PersonActor, ID: agent.LocalAccount + user},
		Role:  agent.Admin, Origin: "local",
	}
}
