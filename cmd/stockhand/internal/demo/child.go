package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Child is the agent's process. It is started again whenever it ends, as a
// service manager would, until Stop.
type Child struct {
	binary string
	args   []string
	log    io.Writer
	claim  *os.File // on the folder that the process works in; nil for none

	mu      sync.Mutex
	cmd     *exec.Cmd
	leash   io.Closer // held open for as long as the process is to live
	kills   int
	before  func() // called before each start
	crashes int    // used by Run alone
}

// Run keeps the process running until ctx ends, then asks it to stop.
func (c *Child) Run(ctx context.Context) error {
	for {
		cmd, err := c.start()
		if err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ctx.Done():
			return c.end(cmd, ended)
		case err := <-ended:
			if fatal := c.ended(err); fatal != nil {
				return fatal
			}
		}
	}
}

func (c *Child) start() (*exec.Cmd, error) {
	if c.before != nil {
		c.before()
	}
	cmd := exec.Command(c.binary, c.args...)
	cmd.WaitDelay = 2 * time.Second
	cmd.Stdout, cmd.Stderr = c.log, c.log
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET=")
	if c.claim != nil {
		cmd.ExtraFiles = []*os.File{c.claim}
	}
	apart(cmd)
	// The system closes this pipe when the demo ends, however it ends, and the agent
	// ends with its input.
	leash, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the agent: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd, c.leash = cmd, leash
	return cmd, nil
}

// ended notes how the process ended. It returns an error if it ended by itself
// too often for it to be worth going on.
func (c *Child) ended(err error) error {
	c.mu.Lock()
	c.cmd = nil
	c.mu.Unlock()
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return nil // killed
	}
	if c.crashes++; c.crashes >= 3 {
		return fmt.Errorf("the agent ended by itself three times: %w", err)
	}
	time.Sleep(200 * time.Millisecond)
	return nil
}

// end asks the process to stop and kills it if it does not.
func (c *Child) end(cmd *exec.Cmd, ended <-chan error) error {
	c.mu.Lock()
	_ = c.leash.Close()
	c.mu.Unlock()
	select {
	case <-ended:
		return nil
	case <-time.After(15 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		return errors.New("the agent did not stop within 15 seconds")
	}
}

// Kill ends the process without any warning, as a power switch would.
func (c *Child) Kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd != nil && c.cmd.Process.Kill() == nil {
		c.kills++
	}
}

// KillEvery kills the process again and again until ctx ends. every is the time
// between two kills on average, so that they hit every stage of its life.
func (c *Child) KillEvery(ctx context.Context, every time.Duration) error {
	if every <= 0 {
		return nil
	}
	for {
		if err := sleep(ctx, every/2+rand.N(every)); err != nil {
			return err
		}
		c.Kill()
	}
}

// Kills returns how often the process was killed.
func (c *Child) Kills() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kills
}
