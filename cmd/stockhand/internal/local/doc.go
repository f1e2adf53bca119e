// Package local is the way from the command line to the running agent: a socket
// in the data folder (Windows: a named pipe) that only the agent's own user and
// administrators can open. Whoever gets through acts as an administrator of the
// agent, because whoever may open the socket may also open the database.
//
// # The protocol
//
// One connection carries one call, in lines of JSON. The caller sends
//
//	{"id": "01J...", "op": "count.close", "args": {...}}
//
// and, where the request says "body": true, the bytes of a file in pieces:
//
//	{"data": "base64"} ... {"end": true}
//
// The agent may tell how it gets on, any number of times, and then answers:
//
//	{"told": ...}
//	{"ok": true, "result": ...}   or   {"ok": false, "error": {"code": ..., "what": ...}}
//
// A caller that hangs up ends its call. A repeat with the same id is harmless.
package local
