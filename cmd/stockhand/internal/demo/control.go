package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// State is what the simulation shows on the page.
type State struct {
	Title    string         `json:"title"`
	Switches []Switch       `json:"switches"`
	Facts    map[string]any `json:"facts"`
}

// Switch is a failure that can be switched on from the page.
type Switch struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Help  string `json:"help"`
	On    bool   `json:"on"`
}

// control lets the agent's page look at the simulation and work its switches. It
// listens on a socket in the demo's folder, where only this user can reach it.
type control struct {
	state func() State
	turn  func(name string, on bool) error
}

func (c control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var change Switch
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&change)
		if err == nil {
			err = c.turn(change.Name, change.On)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(c.state())
}

// serve answers on a socket until ctx ends.
func (c control) serve(ctx context.Context, socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return fmt.Errorf("open the simulation's socket: %w", err)
	}
	return serve(ctx, listener, c)
}

// serve answers until ctx ends.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	return nil
}
