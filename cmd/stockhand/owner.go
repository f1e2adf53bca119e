package main

import (
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// ownerOf returns which system owns the stock: the connector's, unless the
// configuration names another one.
func (u upstreamConfig) ownerOf() string {
	if owner := strings.TrimSpace(u.Owner); owner != "" && !strings.EqualFold(owner, u.Connector) {
		return owner
	}
	return u.Connector
}

// withheld says why nothing is sent where another system owns the stock; nil where the
// shop does. What the shop were told, the owner would overwrite.
func (u upstreamConfig) withheld() *agent.Error {
	owner := u.ownerOf()
	if owner == u.Connector {
		return nil
	}
	return &agent.Error{
		Code: "stock-owner", Class: agent.Refuse,
		What:  fmt.Sprintf("%s owns the stock, so nothing is sent to %s.", owner, u.Connector),
		Means: fmt.Sprintf("%s would overwrite it with its own numbers. Counts, reviews and approvals work as ever; what is approved waits here and is not lost.", owner),
		Do:    fmt.Sprintf("Enter what was found in %s: \"stockhand count export\" lists it. If the shop owns the stock after all, run: stockhand setup --owner %s", owner, u.Connector),
	}
}
