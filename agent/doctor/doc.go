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
// Patient.Checks examine everything, ItemChecks what is about to be counted, CountChecks
// what differs in a closed count. AtRisk and About say which items that concerns.
//
// Of the known failures these have no diagnosis here: delays and lost messages of
// marketplaces, of which the agent sees nothing; lost webhooks, because it reads the
// truth itself and uses none; repeats of requests, which agent/upload keeps from doing
// harm; and a barcode search that finds neighbours, because lookups are local.
//
// A finding never changes anything. Its action, where it has one, is an operation that
// a person starts.
package doctor
