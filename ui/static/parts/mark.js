// A state: an icon of its own shape, a word, and only then a colour.
import { html } from '../vendor/preact.js'
import { Icon } from './icon.js'

/** @typedef {'ok'|'warn'|'error'|'info'|'calm'} Tone */

/** @type {Record<string, [Tone, string]>} */
const looks = {
	// counts
	open: ['info', 'dot'], closed: ['warn', 'list'], done: ['ok', 'check'], cancelled: ['calm', 'close'],
	// variances
	match: ['ok', 'check'], ready: ['info', 'plus'], waiting: ['calm', 'clock'], recount: ['warn', 'again'],
	tolerated: ['calm', 'equal'], incomplete: ['warn', 'question'], blocked: ['error', 'stop'], settled: ['info', 'check'],
	// deliveries
	pending: ['calm', 'clock'], sending: ['info', 'send'], staged: ['info', 'list'], unknown: ['warn', 'question'],
	delivered: ['ok', 'check'], rejected: ['error', 'stop'], conflict: ['warn', 'warn'], superseded: ['calm', 'again'], left: ['calm', 'close'],
	// entries
	counted: ['ok', 'check'], first: ['ok', 'plus'], set: ['info', 'equal'], undone: ['calm', 'undo'],
	ambiguous: ['warn', 'question'], moved: ['info', 'pin'], kept: ['warn', 'stop'],
	twice: ['warn', 'question'], accepted: ['ok', 'check'], serial: ['warn', 'question'], awaiting: ['warn', 'clock'], finished: ['ok', 'check'], badge: ['info', 'check'],
	// the upstream and the connection
	ok: ['ok', 'check'], idle: ['ok', 'check'], offline: ['warn', 'off'], paused: ['error', 'stop'], throttled: ['warn', 'clock'],
	live: ['ok', 'check'], connecting: ['calm', 'clock'], ended: ['error', 'stop'], 'signed-out': ['calm', 'off'],
	// scanners
	up: ['ok', 'check'], down: ['warn', 'plug'], soon: ['calm', 'clock'],
}

/** @param {string} state @returns {Tone} */
export const toneOf = state => (looks[state] ?? ['calm'])[0]

/** @param {{state: string, word: string, big?: boolean}} props */
export function Mark({ state, word, big }) {
	const [tone, icon] = looks[state] ?? ['calm', 'dot']
	return html`<span class="mark ${big ? 'mark-big' : ''}" data-tone=${tone}><${Icon} name=${icon} /><span>${word}</span></span>`
}
