// The shapes of what travels between the agent and this page. They are the JSON of
// the structs in the Go package agent; this file holds no code.

/**
 * @typedef {{at: string, uncertainty?: number}} Stamp uncertainty in nanoseconds
 * @typedef {{code: string, class: string, what: string, means?: string, do?: string}} Problem
 * @typedef {{minor: number, currency: string}} Money
 * @typedef {{lo: number, hi: number}} Interval
 * @typedef {{entries: number, voided: number, noted: number, unknown: number, lines: number, units: number, head: number}} Tally
 *
 * @typedef {{id: string, name: string, type: string, location: string, state: string, opened: Stamp, closed?: Stamp,
 *   policy: {method: string, blind: boolean}, tally: Tally, passes_open: number, undecided: number, scope?: Scope}} CountRow
 * @typedef {{zones?: string[], bins?: string[], classes?: string[], listed?: number}} Scope
 * @typedef {{item: string, sku: string, name: string, bin: string, round: number, good: number, damaged: number,
 *   counted: number, entries: number, last: number, cut_off: Stamp, expected_units?: number}} LineRow
 * @typedef {{id: string, count: string, zone: string, bin: string, device?: string, person: {kind: string, id: string},
 *   round: number, started: Stamp, last?: Stamp, closed?: Stamp, awaited?: {seq: number, times: number, condition: string}, together?: string[]}} Pass
 * @typedef {{seq: number, at: string, device?: string, op: string, code: string, raw_shown: string, meaning?: string, item?: string,
 *   sku?: string, name?: string, bin: string, round: number, quantity: number, line_counted?: number, flags: string[],
 *   voided: boolean, accepted?: boolean, voids?: number, damaged?: boolean, command?: string, by: any}} ScanRow
 * @typedef {{code: string, times: number, first_bin: string, last_seq: number}} UnknownRow
 * @typedef {{item: string, sku: string, name: string, times?: number}} NearItem
 * @typedef {{text: string, meaning?: string, case?: any, known?: any, times: number, first: string, last: string, bins: string[],
 *   by: {kind: string, id: string}[], near: NearItem[], seen: any[]}} UnknownCode
 * @typedef {{codes: UnknownCode[], more?: number}} UnknownList
 * @typedef {{text: string, item: string, pack: number, at: string, by: {kind: string, id: string}, sku: string, name: string, warning?: string}} TaughtRow
 * @typedef {{device: string, times: number, more?: boolean}} StrayRow scans of a scanner without a pass
 * @typedef {{count: string, round: number, items: string[], named: {id: string, sku: string, name: string}[]}} Recount
 * @typedef {{item: string, sku: string, name: string, bin: string, scan: number, why: string}} LeftOpen
 *
 * @typedef {{source: string, receipt?: string, kind: string, quantity: number, bin?: string, occurred: Stamp}} Movement
 * @typedef {{movement: Movement, verdict: string, contained: string, expected: Interval}} Effect
 * @typedef {{bin: string, round: number, good: number, damaged: number, window: {from: Stamp, to: Stamp}, entries: number}} Line
 * @typedef {{state: string, problem?: Problem, target: number, observed: number, changed: string, adjustment?: string}} DeliveryState
 * @typedef {{count: string, item: string, sku: string, name: string, status: string, counted: number, damaged?: number,
 *   book: {on_hand: number, available: number, committed: number, at: Stamp}, expected: Interval, variance: Interval,
 *   value?: Money, cut_off: Stamp, lines: Line[], effects?: Effect[], missing?: string[], waits?: string, held?: string,
 *   investigate?: boolean, reason_needed?: boolean, late?: boolean, left?: boolean, problem?: Problem, sentence: string, delivery: DeliveryState|null}} VarianceRow
 *
 * @typedef {{adjustment: {id: string, count: string, item: string, counted: number, expected: number, variance: number,
 *   reason?: string, sentence: string}, state: string, observed: number, target: number, tries: number,
 *   problem?: Problem, approved: string, changed: string, sku: string, name: string}} DeliveryRow
 * @typedef {{id: string, state: string, attempts: number, lines: number, outcome?: {class: string, problem?: Problem}, first_sent?: string,
 *   next_at?: string, mode: string}} RequestRow
 * @typedef {{name: string, state: string, since: string, problem?: Problem, next_at?: string, last_success?: string, trying?: boolean}} Upstream
 * @typedef {{device: string, tally: {stored: number, unowned: number, last: Stamp},
 *   state: {name: string, since: string, sentence: string, remedy?: string, title?: string, paired?: boolean}, pass?: string, count?: string}} DeviceRow
 * @typedef {{active: boolean, until?: string, problem?: string,
 *   codes?: {step: string, symbology: string, text: string, rows: string[], quiet: number}[],
 *   candidates?: {id: string, name: string, driver: string, likely: boolean, sentence?: string, remedy?: string}[],
 *   heard?: {candidate: string, at: string, took_ms: number, bytes: string, text: string, meaning: string, step?: string, repeated?: boolean, lost?: boolean}[],
 *   findings?: {candidate: string, name: string, driver: string, socket: boolean, learned: Record<string, string>,
 *     answers: Record<string, string>, faults?: {name: string, sentence: string, remedy: string}[]}[]}} PairingState
 * @typedef {{name: string, label: string, on: boolean, help: string}} Switch
 */

export {}
