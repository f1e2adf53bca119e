// Approving: exactly what will be sent, before it is sent. It takes a press on this
// dialog; no barcode can do it.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { difference, number } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Field } from '../parts/field.js'
import { complain, tell } from '../parts/notices.js'
import { filters } from './review.js'
import { range, toneOfDifference } from './variance.js'

const w = more.review
const SHOWN = 50

export function ApproveDialog({ id, store, onClose }) {
	const reason = useSignal('')
	const shown = useSignal(SHOWN)
	// What stops being ready while somebody reads leaves the list; what becomes ready
	// does not slip in.
	const offered = useSignal(new Set(store.rows.peek().filter(filters.ready).map(v => v.item)))
	const ready = store.rows.all().filter(v => filters.ready(v) && offered.value.has(v.item))
	const over = ready.filter(v => v.reason_needed).length
	const run = async () => {
		// Only the numbers that are shown here are approved.
		const items = ready.map(v => ({ item: v.item, seen: { counted: v.counted, variance: v.variance } }))
		const made = await live.command('count.approve', { count: id, items, reason: reason.value })
		onClose()
		tell(w.approved(made?.adjustments?.length ?? ready.length))
		for (const { item, problem } of made?.refused ?? []) {
			const name = store.rows.at(item)?.peek().name || item
			complain({ ...problem, what: problem.what.replace(item, name) })
		}
	}
	const actions = html`<${Act} run=${onClose}>${words.cancel}<//>
		<${Act} kind="main" icon="send" disabled=${ready.length === 0 || over > 0 && !reason.value} run=${run}>${w.approveNow(ready.length)}<//>`
	return html`<${Dialog} wide title=${w.approveTitle(ready.length)} lead=${ready.length ? w.approveLead : w.approveGone} onClose=${onClose} actions=${actions}>
		<${Field} label=${w.reason} help=${over > 0 ? w.reasonNeeded(over) : ''}>
			<select value=${reason} onChange=${e => { reason.value = e.currentTarget.value }}>
				<option value="">${over > 0 ? w.reasonChoose : w.reasonNone}</option>
				${w.reasons.map(r => html`<option key=${r} value=${r}>${r}</option>`)}
			</select><//>
		${ready.length > 0 && html`<table class="plain changes">
			<thead><tr><th>${w.columns.item}</th><th class="n">${w.now}</th><th class="n">${w.after}</th><th class="n">${w.change}</th></tr></thead>
			<tbody>${ready.slice(0, shown.value).map(v => html`<${Change} key=${v.item} variance=${v} />`)}</tbody>
		</table>`}
		${ready.length > shown.value && html`<${Act} kind="quiet" run=${() => { shown.value = ready.length }}>${words.count.more(ready.length - shown.value)}<//>`}
	<//>`
}

const Change = ({ variance: v }) => html`<tr>
	<td><bdi dir="auto">${v.name}</bdi>${v.investigate && html` <b class="over">${w.over}</b>`}<br /><span class="soft"><bdi>${v.sku}</bdi></span></td>
	<td class="n">${number(v.book.on_hand)}</td>
	<td class="n"><b>${range({ lo: v.book.on_hand + v.variance.lo, hi: v.book.on_hand + v.variance.hi })}</b></td>
	<td class="n delta" data-tone=${toneOfDifference(v.variance)}>${range(v.variance, difference)}</td>
</tr>`
