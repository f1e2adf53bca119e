// Package faultproxy stands between a connector and a server and spoils what passes:
// connections that are reset, replies that are lost, answers that are cut, replaced or
// endless. Tests alone use it.
//
// Serve it with net/http for faults on real connections. In virtual time, where no
// network may be used, it is an http.RoundTripper.
package faultproxy
