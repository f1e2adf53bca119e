// Package doctor says why inventory does not match, and what to do about it.
//
// Run carries out checks that others supply, each within its time, and sorts what they
// find: broken first, then what is worth a look, then what is fine. A check that takes
// too long or panics is a finding itself, and the others go on.
//
// The diagnoses are pure: each is a function of Facts, and has one code. They name the
// known failures of inventory synchronisation from what the shop, its history, our own
// statements and the counts say, with the evidence for it. What they do not know they
// do not guess: without the shop's history nothing is said of who changed a quantity.
// Diagnoses lists them; Gather collects the facts through the ports of package agent,
// and reads no more items than Most.
//
// A finding never changes anything. Its action, where it has one, is an operation that
// a person starts.
package doctor
