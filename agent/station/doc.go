// Package station holds the use cases: everything that a person, a scanner or a
// program can ask of the agent, with its authorisation.
//
// A use case decides inside the store's single writer (agent.Store.Write), so two
// people who press the same button at the same time get one effect and one clear
// answer. The package knows no transport and no database: the page's websocket
// and the command line's local socket both come in through Dispatch, scanners
// through Ingest.
package station
