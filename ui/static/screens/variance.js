// One variance in the list, and how differences are written.
import { html } from '../vendor/preact.js'
import { difference, isSet, money, number } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Icon } from '../parts/icon.js'
import { Mark } from '../parts/mark.js'
import { recountable } from './review.js'

const w = more.review

/**
 * One quantity, or both ends between which it lies.
 * @param {{lo: number, hi: number}} interval
 * @param {(n: number) => string} write
 */
export const range = ({ lo, hi }, write = number) => lo === hi ? write(lo) : more.between(write(lo), write(hi))

/** What a difference is worth. The agent states the value of the end that is further from 0. */
export function worth({ variance: d = none, value }) {
	const unit = value ? value.minor / ((Math.abs(d.lo) > Math.abs(d.hi) ? d.lo : d.hi) || 1) : 0
	return range(d, n => money(value && { ...value, minor: unit * n }))
}

/** Colour of a difference; its sign says the same. @param {{lo: number, hi: number}} v */
export const toneOfDifference = v => v.lo === 0 && v.hi === 0 ? 'calm' : v.hi <= 0 ? 'error' : v.lo >= 0 ? 'info' : 'warn'

/** Whether there is anything to compare: all bins were counted and the shop has stated its number. */
export const isReckoned = v => v.status !== 'incomplete' && isSet(v.book?.at?.at)

const none = { lo: 0, hi: 0 }

export function Row({ row, closed, chosen, onLook }) {
	const v = row.value
	const known = isReckoned(v)
	const pick = () => {
		const next = new Set(chosen.value)
		if (!next.delete(v.item)) next.add(v.item)
		chosen.value = next
	}
	return html`<tr data-status=${v.status} data-range=${known && v.variance.lo !== v.variance.hi}>
		<td class="pick"><label>${closed && recountable(v) && html`<input type="checkbox" aria-label=${w.select(v.name)} checked=${chosen.value.has(v.item)} onChange=${pick} />`}</label></td>
		<td class="item"><div><button type="button" class="link" onClick=${() => onLook(v.item)}><bdi dir="auto">${v.name || v.sku || v.item}</bdi></button>
			<span class="soft"><bdi>${v.sku}</bdi>${v.investigate && html` · <b class="over">${w.over}</b>`}${v.late && html` · <b>${w.late}</b>`}</span></div></td>
		<td class="n" data-label=${w.columns.counted}>${number(v.counted)}${v.damaged > 0 && html`<small class="soft">${w.damaged(v.damaged)}</small>`}</td>
		<td class="n" data-label=${w.columns.expected}>${known ? range(v.expected ?? none) : '–'}</td>
		<td class="n delta" data-label=${w.columns.difference} data-tone=${toneOfDifference(v.variance ?? none)}>${known ? range(v.variance ?? none, difference) : '–'}</td>
		<td class="n" data-label=${w.columns.value}>${known ? worth(v) : ''}</td>
		<td class="status"><${Status} variance=${v} /></td>
		<td class="open"><button type="button" class="icon-button" aria-label=${w.open(v.name)} onClick=${() => onLook(v.item)}><${Icon} name="right" /></button></td>
		<td class="why">${v.sentence}${v.waits && !v.sentence.includes(v.waits) && html` <span class="soft">${v.waits}</span>`}</td>
	</tr>`
}

/** Once approved, what matters is how the delivery goes. */
export function Status({ variance }) {
	const { status, left, delivery } = variance
	if (left) return html`<${Mark} state="left" word=${w.status.left} />`
	if (delivery && status === 'settled') return html`<${Mark} state=${delivery.state} word=${more.delivery.states[delivery.state] ?? delivery.state} />`
	return html`<${Mark} state=${status} word=${w.status[status] ?? status} />`
}
