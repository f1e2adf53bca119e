// How figures are written, and drawn as bars. Where something is not certain a figure
// is a range, and both of its ends are shown.
import { html } from '../vendor/preact.js'
import { difference, money, number } from '../format.js'
import { more } from '../words-more.js'
import { figures as w } from '../words-plan.js'
import { Icon } from '../parts/icon.js'

const tenths = new Intl.NumberFormat(document.documentElement.lang || 'en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** What is not quite all, or not quite nothing, is not written as if it were. @param {number} share */
export function percent(share) {
	const text = tenths.format(Math.round(share * 1_000) / 10 || 0) // never -0
	if (share < 1 && text === tenths.format(100)) return `${w.over} ${tenths.format(99.9)} %`
	if (share > 0 && text === tenths.format(0)) return `${w.under} ${tenths.format(0.1)} %`
	return text.replace('-', '\u2212') + ' %'
}

/**
 * Both ends of a range, or one where they read the same.
 * @param {{lo: number, hi: number}} range
 * @param {(n: number) => string} write
 */
export function ends({ lo, hi }, write = number) {
	const [low, high] = [write(lo), write(hi)]
	return low === high ? low : more.between(low, high)
}

export const amount = a => ends(a, n => money({ minor: n, currency: a.currency }, 'auto'))

export const ratio = r => r.known ? ends(r, percent) : w.unknown

/** @param {{lo: number, hi: number, of: number}} s */
export function share(s) {
	if (s.of === 0) return w.unknown
	const some = s.lo === s.hi ? number(s.lo) : w.to(number(s.lo), number(s.hi))
	return `${ends({ lo: s.lo / s.of, hi: s.hi / s.of }, percent)} (${w.ofAll(some, s.of)})`
}

/** The shares alone, where the numbers do not fit. */
export const shareOnly = s => s.of === 0 ? w.unknown : ends({ lo: s.lo / s.of, hi: s.hi / s.of }, percent)

/** A metric by the shape of its value: money, a share, a mean or ratio, or units. */
export function metric(accuracy, key) {
	const value = accuracy[key]
	if (accuracy.items === 0 || value == null) return w.unknown
	if (Array.isArray(value)) return [...value.map(amount), value.length === 0 && w.unknown, accuracy.no_cost > 0 && w.noCost(accuracy.no_cost)].filter(Boolean).join(', ')
	if ('known' in value) return [ratio(value), value.left_out > 0 && w.meanLeft(value.left_out)].filter(Boolean).join(', ')
	if ('of' in value) return share(value)
	return w.units(ends(value, key === 'signed_error' ? difference : number))
}

/**
 * A range on a line from 0 to the most: solid as far as is certain, pale as far as
 * may be, with the limit as a stroke. The same stands beside it in words.
 * @param {{lo: number, hi: number, most?: number, limit?: number, tone?: string}} props
 */
export function Bar({ lo, hi, most = 1, limit, tone = 'info' }) {
	const at = n => Math.min(100, Math.max(0, 100 * n / (most || 1)))
	return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" data-tone=${tone}
		style=${{ display: 'block', inlineSize: '100%', blockSize: '14px', marginBlock: '4px', border: '1px solid var(--edge)', borderRadius: '4px', background: 'var(--sunken)' }}>
		<rect width=${at(lo)} height="10" style=${{ fill: 'var(--tone)' }} />
		<rect x=${at(lo)} width=${at(hi) - at(lo)} height="10" style=${{ fill: 'var(--tone)', opacity: 0.4 }} />
		${limit !== undefined && html`<line x1=${at(limit)} x2=${at(limit)} y1="0" y2="10" vector-effect="non-scaling-stroke" style=${{ stroke: 'var(--ink)', strokeWidth: 3 }} />`}
	</svg>`
}

/** A screen on which nothing is to be seen yet: directly below its title. */
export const Nothing = ({ icon, title, help }) => html`<section class="card"><div class="empty">
	<${Icon} name=${icon} /><h2 style=${{ color: 'var(--ink)' }}>${title}</h2><p>${help}</p>
</div></section>`

/** A verdict or a class in a few words. @param {{tone: string, icon?: any, word: string}} props */
export const Pill = ({ tone, icon, word }) => html`<span class="mark pill" data-tone=${tone}>${icon && html`<${Icon} name=${icon} />`}<span>${word}</span></span>`

/** @type {Record<string, [string, string]>} */
const looks = { within: ['ok', 'check'], over: ['error', 'warn'], unclear: ['warn', 'question'], unknown: ['calm', 'question'] }

/** What a limit says. */
export function Verdict({ verdict, words }) {
	const [tone, icon] = looks[verdict] ?? looks.unknown
	return html`<${Pill} tone=${tone} icon=${icon} word=${words[verdict] ?? verdict} />`
}

export const toneOf = verdict => (looks[verdict] ?? looks.unknown)[0]
