// How one entry is named, shown and heard.
import { play } from '../sound.js'
import { number } from '../format.js'
import { call, say } from '../parts/notices.js'
import { words } from '../words.js'

/** @typedef {import('../live/types.js').ScanRow} ScanRow */

/** What became of an entry, as a key of words.count.states. @param {ScanRow} scan */
export function stateOf(scan) {
	if (isRepeat(scan)) return scan.voided ? 'accepted' : 'twice'
	if (scan.voided) return 'undone'
	if (scan.flags?.includes('unknown')) return 'unknown'
	if (scan.flags?.includes('ambiguous')) return 'ambiguous'
	if (scan.op === 'note') return 'kept'
	if (scan.op === 'move') return 'moved'
	if (scan.op === 'set') return 'set'
	return scan.line_counted === scan.quantity ? 'first' : 'counted'
}

/** Whether an entry was kept only because the scanner may have sent it twice. @param {ScanRow} scan */
export const isRepeat = scan => scan.op === 'note' && whyNot(scan) === 'repeated'

const whyNot = scan => Object.keys(words.remedies).find(flag => scan.flags?.includes(flag))

/** What an entry is about: the item, or what was read. @param {ScanRow} scan */
export function nameOf(scan) {
	if (scan.op === 'move') return words.count.moveTo(scan.bin)
	return scan.name || scan.raw_shown || scan.code
}

/** Whether the entry is one that counts and can be undone. @param {ScanRow} scan */
export const counts = scan => !scan.voided && (scan.op === 'add' || scan.op === 'set')

/** @param {ScanRow} scan */
export const amountOf = scan => scan.op === 'set' ? words.count.set(scan.quantity) : scan.op === 'add' ? words.count.times(scan.quantity) : ''

const sounds = { counted: 'counted', first: 'first', set: 'counted', moved: 'moved', unknown: 'unknown', ambiguous: 'unknown', kept: 'refused', twice: '' }

/** Tells by sound and to people who listen what became of a new entry. @param {ScanRow} scan */
export function sound(scan) {
	if (scan.op === 'void') {
		play('undone')
		return say(words.count.states.undone)
	}
	const state = stateOf(scan)
	const tone = sounds[state] ?? 'counted'
	if (tone) play(tone) // one scan that came twice was heard already
	if (state === 'unknown' || state === 'ambiguous' || state === 'kept') call(`${words.count.states[state]}: ${scan.raw_shown || scan.code}. ${remedy(scan)}`)
	else if (state === 'moved') say(nameOf(scan))
	else if (state === 'twice') say(words.count.states.twice)
	else say(words.count.announce(scan.line_counted ?? scan.quantity, nameOf(scan)))
}

/** The warnings about an entry, in words. @param {ScanRow} scan */
export const warnings = scan => (scan.flags ?? []).filter(flag => flag !== stateOf(scan)).map(flag => words.flags[flag] ?? flag).join(', ')

/** What to do about it. @param {ScanRow} scan */
export const remedy = scan => scan.op === 'note' && !scan.voided && words.remedies[whyNot(scan)] || ''

/** The large figure of an entry. @param {ScanRow} scan */
export function figureOf(scan) {
	if (scan.op === 'move') return scan.bin || '•'
	if (scan.line_counted != null) return number(scan.line_counted)
	return scan.op === 'note' ? '?' : number(scan.quantity)
}
