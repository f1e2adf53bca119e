// How one entry is named, shown and heard.
import { play } from '../sound.js'
import { number } from '../format.js'
import { call, say } from '../parts/notices.js'
import { actorName } from '../scanners.js'
import { words } from '../words.js'

/** @typedef {import('../live/types.js').ScanRow} ScanRow */

/** What became of an entry, as a key of words.count.states. @param {ScanRow} scan */
export function stateOf(scan) {
	if (isRepeat(scan) && !scan.voided) return whyNot(scan) === 'repeated' ? 'twice' : 'serial'
	if (scan.voided) return scan.accepted || isRepeat(scan) && whyNot(scan) === 'repeated' ? 'accepted' : 'undone'
	if (awaits(scan)) return 'awaiting'
	if (scan.op === 'note' && has(scan, 'done')) return scan.command ? 'finished' : 'badge'
	if (scan.flags?.includes('unknown')) return 'unknown'
	if (scan.flags?.includes('ambiguous')) return 'ambiguous'
	if (scan.op === 'note') return 'kept'
	if (scan.op === 'move') return 'moved'
	if (scan.op === 'set') return 'set'
	return scan.line_counted === scan.quantity ? 'first' : 'counted'
}

/** Whether an entry was kept only because the scanner may have sent it twice, or its serial number was counted. @param {ScanRow} scan */
export const isRepeat = scan => scan.op === 'note' && ['repeated', 'same_serial'].includes(whyNot(scan))

/** Whether the count did not ask for it, and can take it in. @param {ScanRow} scan */
export const isOutside = scan => !scan.voided && scan.round === 0 && has(scan, 'not_asked') && (scan.op === 'note' || scan.op === 'move')

const has = (scan, flag) => scan.flags?.includes(flag)

/** Whether the entry only says what the next one counts as. @param {ScanRow} scan */
const awaits = scan => has(scan, 'awaiting')

/** What the next item counts as, in words. @param {number} times @param {boolean} damaged */
export const nextIs = (times, damaged) => words.count.next(times, damaged)

const whyNot = scan => Object.keys(words.remedies).find(flag => scan.flags?.includes(flag))

/** The zone to whose label somebody walked. @param {ScanRow} scan */
const zoneOf = scan => scan.op === 'move' && !scan.bin && /^SH\.Z\.(.+)/i.exec(scan.raw_shown || scan.code)?.[1] || ''

/** What an entry is about: the item, or what was read. @param {ScanRow} scan */
export function nameOf(scan) {
	if (scan.op === 'move') return words.count.moveTo(scan.bin || zoneOf(scan))
	if (stateOf(scan) === 'badge') return actorName(scan.by)
	if (awaits(scan)) return nextIs(scan.quantity, scan.damaged)
	return scan.name || scan.raw_shown || scan.code
}

/** Whether the entry is one that counts and can be undone. @param {ScanRow} scan */
export const counts = scan => !scan.voided && (scan.op === 'add' || scan.op === 'set')

/** @param {ScanRow} scan */
export const amountOf = scan => scan.op === 'set' ? words.count.set(scan.quantity) : scan.op === 'add' || scan.quantity > 1 && !awaits(scan) ? words.count.times(scan.quantity) : ''

const sounds = { counted: 'counted', first: 'first', set: 'counted', moved: 'moved', unknown: 'unknown', ambiguous: 'unknown', kept: 'refused', twice: '', serial: 'unknown', awaiting: 'moved', finished: 'moved', badge: 'moved' }

/** Tells by sound and to people who listen what became of a new entry. @param {ScanRow} scan */
export function sound(scan) {
	if (scan.op === 'void') {
		play('undone')
		return say(words.count.states.undone)
	}
	const state = stateOf(scan)
	const tone = sounds[state] ?? 'counted'
	if (has(scan, 'dropped')) {
		play('refused')
		return call(`${nameOf(scan)}. ${words.flags.dropped}`)
	}
	if (tone) play(tone) // one scan that came twice was heard already
	if (['unknown', 'ambiguous', 'kept', 'serial'].includes(state)) call(`${words.count.states[state]}: ${scan.raw_shown || scan.code}. ${remedy(scan)}`)
	else if (state === 'moved' || state === 'awaiting' || state === 'badge') say(nameOf(scan))
	else if (state === 'twice' || state === 'finished') say(words.count.states[state])
	else say(words.count.announce(scan.line_counted ?? scan.quantity, nameOf(scan)))
}

/** The warnings about an entry, in words. @param {ScanRow} scan */
export const warnings = scan => [...(scan.flags ?? []).filter(flag => flag !== stateOf(scan) && !(flag === 'not_article' && (scan.command || has(scan, 'done')))).map(flag => words.flags[flag] ?? flag),
	scan.damaged && !awaits(scan) && words.count.conditions.damaged.toLowerCase()].filter(Boolean).join(', ')

/** What to do about it. @param {ScanRow} scan */
export const remedy = scan => {
	if (has(scan, 'dropped') && scan.op === 'move') return words.remedies.dropped
	if (zoneOf(scan)) return words.remedies.no_bin
	if (scan.op !== 'note' || scan.voided || has(scan, 'done')) return ''
	return scan.command && has(scan, 'not_article') && !has(scan, 'repeated') && !has(scan, 'unowned') ? words.commands[scan.command.toUpperCase()] ?? words.commands.other : words.remedies[whyNot(scan)] ?? ''
}

/** The large figure of an entry. @param {ScanRow} scan */
export function figureOf(scan) {
	if (scan.op === 'move') return scan.bin || '•'
	if (awaits(scan)) return words.count.times(scan.quantity)
	if (scan.op === 'note' && has(scan, 'done')) return '✓'
	if (scan.line_counted != null) return number(scan.line_counted)
	return scan.op === 'note' ? '?' : number(scan.quantity)
}
