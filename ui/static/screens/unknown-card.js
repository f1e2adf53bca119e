// What no item has, in the count in which it was scanned: the newest of it, and the way
// to the tray.
import { html } from '../vendor/preact.js'
import { address } from '../route.js'
import { number } from '../format.js'
import { unknown } from '../words-unknown.js'
import { Mark } from '../parts/mark.js'

const w = unknown.card
const FEW = 2

export function Unknown({ store }) {
	const keys = store.unknown.keys.value.toSorted((a, b) => store.unknown.at(b).peek().last_seq - store.unknown.at(a).peek().last_seq)
	return html`<section class="card unknown" data-tone="warn" aria-label=${unknown.title}>
		<div class="head"><h2><${Mark} state="unknown" word=${unknown.title} /></h2><span class="tally">${number(keys.length)}</span></div>
		<p class="help inset">${w.help}</p>
		<ul class="rows">${keys.slice(0, FEW).map(key => html`<${UnknownRow} key=${key} row=${store.unknown.at(key)} />`)}</ul>
		<p class="more"><a class="button quiet" href=${address('unknown', store.count.value.id)}>${w.more(keys.length)}</a></p>
	</section>`
}

function UnknownRow({ row }) {
	const u = row.value
	return html`<li><div class="who"><bdi dir="ltr" class="code">${u.code}</bdi><span class="soft">${w.times(u.times, u.first_bin)}</span></div></li>`
}
