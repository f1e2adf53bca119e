package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// played is a scanner that the player plays.
type played interface {
	plug(socket int) error
	unplug() error
	remove() error
	send(s usbtest.Sending) error
}

// player plays the scanners that the guest's kernel can make itself.
type player struct {
	host   *host
	agents map[string]*os.Process

	mu        sync.Mutex
	all       map[string]played
	reporting map[string]bool // the HID devices of which the host is told
}

func newPlayer(h *host) (handlers, error) {
	p := &player{
		host: h, agents: map[string]*os.Process{},
		all: map[string]played{}, reporting: map[string]bool{},
	}
	if err := p.tellUevents(); err != nil {
		return nil, err
	}
	for _, name := range []string{usbtest.AgentPort, usbtest.SecondPort, usbtest.UserPort} {
		if err := p.startAgent(name); err != nil {
			return nil, err
		}
	}
	return handlers{
		"clock":   do(p.clock),
		"console": do(p.console),
		"freeze":  do(p.freeze),
		"gone":    do(p.gone),
		"make":    do(p.make),
		"plug":    do(p.plug),
		"remove":  do(p.remove),
		"reports": do(p.reports),
		"send":    do(p.send),
		"settle":  do(p.settle),
		"thaw":    do(p.thaw),
		"udev":    do(p.udev),
		"unplug":  do(p.unplug),
	}, nil
}

// startAgent starts a program that reads scanners: a process of its own, so that
// what it holds is the drivers' alone.
func (p *player) startAgent(name string) error {
	agent := exec.Command("/proc/self/exe", "agent", name)
	agent.Stdout, agent.Stderr = os.Stderr, os.Stderr
	if err := agent.Start(); err != nil {
		return err
	}
	p.agents[name] = agent.Process
	go func() {
		err := agent.Wait()
		p.host.say(usbtest.Line{Fatal: fmt.Sprintf("the program %q has ended: %v", name, err)})
	}()
	return nil
}

// freeze stops a program in its tracks: a computer that is too busy.
func (p *player) freeze(name string) (any, error) {
	return nil, p.agents[name].Signal(unix.SIGSTOP)
}

func (p *player) thaw(name string) (any, error) {
	return nil, p.agents[name].Signal(unix.SIGCONT)
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

// remove makes room: the kernel plays a few interfaces at a time only.
func (p *player) remove(name string) (any, error) {
	made, err := p.find(name)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	delete(p.all, name)
	p.mu.Unlock()
	return nil, made.remove()
}

func (p *player) send(s usbtest.Sending) (any, error) {
	made, err := p.find(s.Name)
	if err != nil {
		return nil, err
	}
	return nil, made.send(s)
}
