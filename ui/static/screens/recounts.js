// What is to be counted once more.
import { html } from '../vendor/preact.js'
import { words } from '../words.js'
import { Icon } from '../parts/icon.js'

const w = words.count
const SHOWN = 12

/** The newest round asks for what was not counted in it yet; the rounds before it are history. */
export function Recounts({ store, onStart }) {
	const recount = store.recounts.all().at(-1)
	if (!recount || store.count.value.state !== 'closed') return null
	const walking = store.passes.all().some(p => !p.closed && p.round === recount.round)
	const counted = new Set(store.lines.all().filter(l => l.round >= recount.round).map(l => l.item))
	const items = (recount.named ?? []).filter(item => !counted.has(item.id))
	if (items.length === 0) return null
	return html`<section class="card recounts" data-tone="warn" aria-label=${w.recountAsked(recount.round, items.length)}>
		<div class="head"><h2>${w.recountAsked(recount.round, items.length)}</h2></div>
		<ul class="rows">${items.slice(0, SHOWN).map(item => html`<${Asked} key=${item.id} store=${store} item=${item} />`)}</ul>
		${items.length > SHOWN && html`<p class="help inset">${words.andMore(items.length - SHOWN)}</p>`}
		${!walking && html`<p class="inset"><button type="button" class="button main" onClick=${() => onStart(recount.round)}><${Icon} name="again" /><span>${w.startRecount(recount.round)}</span></button></p>`}
	</section>`
}

function Asked({ store, item }) {
	const lines = store.lines.keys.value.filter(key => key.startsWith(`${item.id}\n`)).map(key => store.lines.at(key).value)
	return html`<li><div class="who"><bdi dir="auto">${item.name || item.sku || item.id}</bdi>
		<span class="soft"><bdi>${item.sku}</bdi>${lines.length > 0 && html` · ${[...new Set(lines.map(l => l.bin))].join(', ')}`}</span></div></li>`
}
