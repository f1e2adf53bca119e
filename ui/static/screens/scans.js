// The newest entries, each of which can be undone.
import { html, useComputed, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { time } from '../format.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { seldom } from '../parts/later.js'
import { Mark } from '../parts/mark.js'
import { amountOf, counts, isOutside, isRepeat, nameOf, remedy, stateOf, warnings } from './entry.js'

const Aside = seldom(() => import('./aside.js').then(m => m.Aside))

const w = words.count
const SHOWN = 6

export function Scans({ store }) {
	const shown = useSignal(SHOWN)
	const aside = useComputed(() => store.scans.all().some(s => isOutside(s) || stateOf(s) === 'twice'))
	const keys = store.scans.keys.value.filter(key => store.scans.at(key).peek().op !== 'void')
	return html`<section class="card" aria-label=${w.scans}>
		<div class="head"><h2>${w.scans}</h2></div>
		${keys.length === 0 && html`<${Empty} icon="scanner" title=${w.lastNone} help=${w.noScans} />`}
		${aside.value && html`<${Aside} store=${store} />`}
		<ol class="rows scans">${keys.slice(0, shown.value).map(key => html`<${Scan} key=${key} row=${store.scans.at(key)} store=${store} />`)}</ol>
		${keys.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value = keys.length }}>${w.moreScans}<//></p>`}
	</section>`
}

function Scan({ row, store }) {
	const scan = row.value
	// After the count is closed only what a recount entered can be undone.
	const open = useComputed(() => store.count.value.state === 'open' || store.count.value.state === 'closed' && row.value.round > 0)
	const state = stateOf(scan)
	const name = nameOf(scan)
	return html`<li data-seq=${scan.seq} data-undone=${state === 'undone'}>
		<time class="soft" datetime=${scan.at}>${time(scan.at)}</time>
		<div class="who"><bdi dir="auto">${name}</bdi>
			<span class="soft">${scan.op !== 'move' && scan.bin && html`<bdi>${scan.bin}</bdi> · `}<${Mark} state=${state} word=${w.states[state]} />${warnings(scan) && html` · ${warnings(scan)}`}</span>
			<span class="help">${remedy(scan)}</span>
		</div>
		<span class="figure">${amountOf(scan)}</span>
		${isOutside(scan) && store.count.value.state === 'open' ? html`<${TakeIn} store=${store} scan=${scan} kind="quiet" />`
			: isRepeat(scan) && !scan.voided && open.value ? html`<${Act} icon="plus" kind="quiet" label=${w.acceptOf(name)} run=${() => live.command('scan.accept', { seq: scan.seq })}>${w.accept}<//>`
			: counts(scan) && open.value ? html`<${Act} icon="undo" kind="quiet" label=${w.undoOf(name)} run=${() => live.command('entry.void', { seq: scan.seq })}>${words.undo}<//>` : html`<span class="no-undo"></span>`}
	</li>`
}

/** Takes into the count what it did not ask for, and counts what was scanned of it. */
export const TakeIn = ({ store, scan, kind }) => scan.op === 'move' && store.count.value.scope?.bins?.includes(scan.bin) ? null : html`<${Act} icon="plus" kind=${kind} label=${w.takeInOf(nameOf(scan))}
	run=${() => live.command('count.widen', { count: store.count.peek().id, items: [scan.item].filter(Boolean), bins: [scan.bin].filter(Boolean) })}>${w.takeIn}<//>`
