// Package powertest proves that a power cut loses no acknowledged scan.
//
// It is tests only and a module of its own, so that the product does not
// depend on FUSE. A child process writes to a losefs drive and says each
// number that was acknowledged; the parent takes the power away at a random
// moment, kills the child, and starts the next one on what is left. See the
// README.
package powertest
