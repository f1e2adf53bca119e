package main

import (
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
)

const keyboardWords = "It types into\n                whatever has the focus, until it is set up here"

// rulesFolders are where udev looks for rules.
var rulesFolders = []string{"/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"}

const rulesFile = "60-stockhand.rules"

// systemRights says which rights to devices are missing, with the commands that
// give them.
func systemRights() []string {
	var missing []string
	if groups := missingGroups(); len(groups) > 0 && os.Geteuid() != 0 {
		list := strings.Join(groups, ",")
		missing = append(missing, "Your user may not open every scanner (it is not in: "+list+"). For this user:\n"+
			"  sudo usermod -aG "+list+" \"$USER\"    and log in again\nThe service needs nothing: stockhand service install gives it its rights.")
	}
	if !slices.ContainsFunc(rulesFolders, func(folder string) bool {
		_, err := os.Stat(folder + "/" + rulesFile)
		return err == nil
	}) {
		missing = append(missing, "HID POS scanners can be opened by root only, until udev knows them:\n  sudo stockhand service install    installs the rules, too")
	}
	return missing
}

// missingGroups are those of serial ports and of keyboards that this user is not in.
func missingGroups() (missing []string) {
	mine, err := os.Getgroups()
	if err != nil {
		return nil
	}
	for _, name := range []string{"dialout", "input"} {
		group, err := user.LookupGroup(name)
		if err != nil {
			continue // this system has no such group
		}
		if gid, err := strconv.Atoi(group.Gid); err == nil && !slices.Contains(mine, gid) {
			missing = append(missing, name)
		}
	}
	return missing
}
