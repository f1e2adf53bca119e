// Short messages: what was done, and what went wrong. A failure stays until it is
// taken away or something is done; everything else goes by itself.
import { html, signal } from '../vendor/preact.js'
import { words } from '../words.js'
import { Icon } from './icon.js'

/** @typedef {{id: number, at: number, tone: 'ok'|'warn'|'error', what: string, means?: string, do?: string, code?: string}} Notice */

const notices = signal(/** @type {Notice[]} */ ([]))
const spoken = signal('')
const called = signal('')
const SHOWN = 6_000
let next = 1

/** @param {Omit<Notice, 'id'|'at'>} notice */
function add(notice) {
	const id = next++
	notices.value = [...notices.value.filter(n => n.what !== notice.what), { id, at: performance.now(), ...notice }].slice(-3)
	if (notice.tone === 'ok') setTimeout(() => remove(id), SHOWN)
}

const remove = id => { notices.value = notices.value.filter(n => n.id !== id) }

/** @param {string} what */
export const tell = what => {
	settle()
	add({ tone: 'ok', what })
}

/**
 * What went wrong is over once something has been done since, or one looks at something else.
 * @param {number} [until] by the monotonic clock, if not all of it
 */
export const settle = (until = Infinity) => { notices.value = notices.value.filter(n => n.tone === 'ok' || n.at > until) }
addEventListener('hashchange', () => settle())

/** @param {string} what */
export const warn = what => add({ tone: 'warn', what })

/** @param {any} problem what the agent answered, or anything that was thrown */
export function complain(problem) {
	if (!problem?.what) console.error(problem)
	add({ tone: 'error', ...(problem?.what ? problem : words.problem.internal) })
}

let silentUntil = 0
let waiting = 0

/** Says something to people who listen, at most once a second. @param {string} text */
export function say(text) {
	clearTimeout(waiting)
	waiting = setTimeout(() => {
		silentUntil = performance.now() + 1_000
		spoken.value = text
	}, Math.max(0, silentUntil - performance.now()))
}

/** Interrupts people who listen: for refused and unknown scans. @param {string} text */
export const call = text => { called.value = text }

/** How many dialogs are open: what lies behind one is neither seen nor heard. */
export const dialogs = signal(0)

/** @param {{within?: boolean}} props within a dialog */
export function Notices({ within }) {
	if (!within && dialogs.value > 0) return null
	return html`
		<div class="heard-only" role="status">${spoken}</div>
		<div class="heard-only" role="alert">${called}</div>
		<div class="notices" role="log" aria-live="polite">${notices.value.map(n => html`
			<div key=${n.id} class="notice" data-tone=${n.tone}>
				<${Icon} name=${n.tone === 'ok' ? 'check' : n.tone === 'warn' ? 'warn' : 'stop'} />
				<p><strong>${n.what}</strong> ${n.means} ${words.toDo(n.do)}</p>
				<button type="button" class="icon-button" aria-label=${words.close} onClick=${() => remove(n.id)}><${Icon} name="close" /></button>
			</div>`)}
		</div>`
}
