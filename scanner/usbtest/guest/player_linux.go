package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// player plays the scanners that the guest's kernel can make itself.
type player struct {
	host    *host
	mu      sync.Mutex
	gadgets map[string]*gadget
}

func newPlayer(h *host) (handlers, error) {
	p := &player{host: h, gadgets: map[string]*gadget{}}
	if err := p.tellUevents(); err != nil {
		return nil, err
	}
	if err := p.startAgent(); err != nil {
		return nil, err
	}
	return handlers{
		"clock":  do(p.clock),
		"make":   do(p.make),
		"plug":   do(p.plug),
		"unplug": do(p.unplug),
		"send":   do(p.send),
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
	g, err := makeGadget(p.host, spec)
	if err != nil {
		return nil, fmt.Errorf("make the gadget %s: %w", spec.Name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gadgets[spec.Name] = g
	return nil, nil
}

func (p *player) gadget(name string) (*gadget, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.gadgets[name]
	if !ok {
		return nil, fmt.Errorf("there is no scanner %q", name)
	}
	return g, nil
}

func (p *player) plug(a usbtest.Plug) (any, error) {
	g, err := p.gadget(a.Name)
	if err != nil {
		return nil, err
	}
	at := clock()
	return at, g.plug(a.Socket)
}

func (p *player) unplug(a usbtest.Plug) (any, error) {
	g, err := p.gadget(a.Name)
	if err != nil {
		return nil, err
	}
	return nil, g.unplug()
}

func (p *player) send(s usbtest.Sending) (any, error) {
	g, err := p.gadget(s.Name)
	if err != nil {
		return nil, err
	}
	return nil, g.send(s)
}
