package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// played is a scanner that the player plays.
type played interface {
	plug(socket int) error
	unplug() error
	send(s usbtest.Sending) error
}

// player plays the scanners that the guest's kernel can make itself.
type player struct {
	host *host
	mu   sync.Mutex
	all  map[string]played
}

func newPlayer(h *host) (handlers, error) {
	p := &player{host: h, all: map[string]played{}}
	if err := p.tellUevents(); err != nil {
		return nil, err
	}
	if err := p.startAgent(); err != nil {
		return nil, err
	}
	return handlers{
		"clock":   do(p.clock),
		"console": do(p.console),
		"make":    do(p.make),
		"plug":    do(p.plug),
		"reports": do(p.reports),
		"send":    do(p.send),
		"unplug":  do(p.unplug),
	}, nil
}

// startAgent starts the program that reads the scanners: a process of its own,
// so that what it holds is the drivers' alone.
func (p *player) startAgent() error {
	agent := exec.Command("/proc/self/exe", "agent")
	agent.Stdout, agent.Stderr = os.Stderr, os.Stderr
	if err := agent.Start(); err != nil {
		return err
	}
	go func() {
		err := agent.Wait()
		p.host.say(usbtest.Line{Fatal: fmt.Sprintf("the agent has ended: %v", err)})
	}()
	return nil
}

// clock answers at once: the time is a part of every answer.
func (p *player) clock(struct{}) (any, error) { return nil, nil }

func (p *player) make(spec usbtest.Gadget) (any, error) {
	made, err := p.played(spec)
	if err != nil {
		return nil, fmt.Errorf("make the scanner %s: %w", spec.Name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[spec.Name] = made
	return nil, nil
}

func (p *player) played(spec usbtest.Gadget) (played, error) {
	if len(spec.Parts) == 0 {
		return &uhid{host: p.host, spec: spec}, nil
	}
	return makeGadget(p.host, spec)
}

func (p *player) find(name string) (played, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	made, ok := p.all[name]
	if !ok {
		return nil, fmt.Errorf("there is no scanner %q", name)
	}
	return made, nil
}

func (p *player) plug(a usbtest.Plug) (any, error) {
	made, err := p.find(a.Name)
	if err != nil {
		return nil, err
	}
	at := clock()
	return at, made.plug(a.Socket)
}

func (p *player) unplug(a usbtest.Plug) (any, error) {
	made, err := p.find(a.Name)
	if err != nil {
		return nil, err
	}
	return nil, made.unplug()
}

func (p *player) send(s usbtest.Sending) (any, error) {
	made, err := p.find(s.Name)
	if err != nil {
		return nil, err
	}
	return nil, made.send(s)
}
