// What was scanned and not counted, and one tap counts: it stays in sight, however much is
// scanned after it.
import { html, useComputed } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { scope } from '../words-scope.js'
import { Act } from '../parts/act.js'
import { isOutside, nameOf, stateOf } from './entry.js'
import { TakeIn } from './scans.js'

const w = words.count

export const Aside = ({ store }) => html`<${Repeats} store=${store} /><${Outside} store=${store} />`

/** Scans that a scanner may have sent twice, if they were real. */
function Repeats({ store }) {
	const seqs = useComputed(() => store.scans.all().filter(s => stateOf(s) === 'twice').map(s => s.seq))
	if (seqs.value.length < 2) return null
	return html`<p class="inset repeats"><span>${w.repeats(seqs.value.length)}</span>
		<${Act} icon="plus" run=${() => live.command('scan.accept', { seqs: seqs.value })}>${w.acceptAll(seqs.value.length)}<//></p>`
}

/** What the count did not ask for, each item once. */
function Outside({ store }) {
	if (store.count.value.state !== 'open') return null
	const found = new Map(store.scans.all().filter(s => isOutside(s) && s.item).map(s => [`${s.item} ${s.bin}`, s]))
	if (found.size === 0) return null
	return html`<p class="inset"><strong>${scope.outside(found.size)}</strong></p>
		<ul class="rows" aria-label=${scope.outside(found.size)}>${[...found].map(([key, s]) => html`<li key=${key}><div class="who"><bdi dir="auto">${nameOf(s)}</bdi><span class="soft"><bdi>${s.bin}</bdi></span></div><${TakeIn} store=${store} scan=${s} kind="quiet" /></li>`)}</ul>`
}
