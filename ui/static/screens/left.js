// What a count asks for and nobody has counted yet, bin by bin. It tells no quantity:
// whoever counts shall look, and not agree.
import { html, useComputed, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { scope as w } from '../words-scope.js'
import { Act } from '../parts/act.js'
import { Icon } from '../parts/icon.js'
import { seldom } from '../parts/later.js'

const ZoneDialog = seldom(() => import('./zone.js').then(m => m.ZoneDialog))

const FEW = 8
const OFTEN = 60_000
const PATIENCE = 1_500 // milliseconds after a line before the agent is asked again

/** What a count is about, in words. @param {import('../live/types.js').Scope|undefined} scope */
export const aboutOf = scope => scope ? w.about(scope.zones ?? [], scope.bins ?? [], scope.classes ?? [], scope.listed ?? 0) : ''

export function Left({ store, onType }) {
	const left = useSignal(/** @type {any} */ (null))
	const id = store.count.peek().id
	const asked = useComputed(() => JSON.stringify(store.count.value.scope ?? null))
	const lines = useComputed(() => store.lines.keys.value.length)
	const open = useComputed(() => store.count.value.state === 'open')
	useEffect(() => {
		let gone = false
		const ask = () => live.command('count.left', { count: id, limit: 300 }).then(l => { if (!gone) left.value = l }, () => {})
		const timer = setTimeout(ask, left.peek() ? PATIENCE : 0)
		const again = setInterval(ask, OFTEN) // the catalogue may have changed
		return () => { gone = true; clearTimeout(timer); clearInterval(again) }
	}, [id, asked.value, lines.value])
	const settling = useSignal(false)
	const rest = html`<p class="inset"><${Act} run=${() => { settling.value = true }}>${w.rest}<//></p>
		${settling.value && html`<${ZoneDialog} store=${store} onType=${onType} onClose=${() => { settling.value = false }} />`}`
	if (!left.value || !open.value) return null
	if (left.value.total === 0) return html`<section class="card left" aria-label=${w.rest}>${rest}</section>`
	const counted = new Set(store.lines.keys.value)
	const rows = left.value.lines.filter(l => !counted.has(`${l.item}\n${l.bin}`))
	const here = new Set(store.passes.all().filter(p => !p.closed).map(p => p.bin))
	const about = aboutOf(store.count.value.scope)
	const walking = store.passes.all().some(p => !p.closed)
	return html`<section class="card left" aria-label=${w.left}>
		<div class="head"><h2>${w.left}</h2><span class="tally">${w.leftOf(left.value.left, left.value.total)}</span></div>
		${about && html`<p class="help inset">${about}</p>`}
		${left.value.left === 0 && html`<p class="inset">${w.through}</p>`}
		${left.value.bins.map(b => html`<${Bin} key=${b.bin} bin=${b} open=${here.has(b.bin)} rows=${rows.filter(r => r.bin === b.bin)} cut=${left.value.lines.length < left.value.left} zero=${store.count.value.type === 'zero-confirmation'} onType=${walking ? onType : null} />`)}
		${rest}
	</section>`
}

/** cut: the agent told only the first of all that is left. */
function Bin({ bin, open, rows, cut, zero, onType }) {
	const shown = useSignal(FEW)
	return html`<details open=${open} class="closed-passes">
		<summary><${Icon} name="right" /><strong><bdi>${bin.bin || w.nowhere}</bdi></strong> <span class="soft"><bdi>${bin.zone}</bdi></span> <span class="tally">${w.leftOf(bin.left, bin.total)}</span></summary>
		<ul class="rows">${rows.slice(0, shown.value).map(r => html`<li key=${r.item}><div class="who"><bdi dir="auto">${r.name || r.sku}</bdi><span class="soft"><bdi>${r.sku}</bdi></span></div>
			${onType && html`<${Act} kind="quiet" label=${w.enterOf(r.name || r.sku)} run=${() => onType({ item: r, bin: r.bin || null, quantity: zero ? '0' : '' })}>${w.enter}<//>`}</li>`)}</ul>
		${rows.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value = rows.length }}>${w.moreLines(rows.length)}<//></p>`}
		${rows.length < bin.left && cut && html`<p class="help inset">${w.first(rows.length)}</p>`}
	</details>`
}
