package main

import (
	"fmt"
	"os/exec"
)

// settle waits until udev, if it runs, has done what there is to do.
func (p *player) settle(struct{}) (any, error) {
	_ = exec.Command("/bin/udevadm", "settle").Run() // fails where it does not run
	return nil, nil
}

// udev starts the part of the system that gives devices their rights, with the
// rules that are shipped, and has it look at what is there already.
func (p *player) udev(struct{}) (any, error) {
	for _, command := range [][]string{
		{"/lib/systemd/systemd-udevd", "--daemon"},
		{"/bin/udevadm", "trigger", "--action=add"},
		{"/bin/udevadm", "settle"},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w: %s", command, err, out)
		}
	}
	return nil, nil
}
