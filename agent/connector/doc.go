// Package connector holds what all connectors share: the registry by which the
// agent opens one by its name, the rule that one call is made at a time, and the
// offset between the upstream's clock and ours.
//
// A new connector is a folder beside this file, one line of registration, and one
// run of the suite in connectortest.
package connector
