// What is worth counting once more, the worst loss first, and why. One tap asks for
// all of it.
import { html } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { go } from '../route.js'
import { money } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { tell } from '../parts/notices.js'
import { advice } from './advice.js'

const w = more.review
const SHOWN = 12

export function Advice({ id, store }) {
	const { lines, sentence } = advice.value
	const run = async () => {
		const made = await live.command('count.recount', { count: id, items: lines.map(l => l.item), why: w.filters.again })
		tell(w.recountDone(lines.length, made.round))
		go('count', id)
	}
	return html`<section class="card advice" aria-label=${w.filters.again}>
		<p class="inset"><strong>${sentence}</strong></p>
		<ol class="rows">${lines.slice(0, SHOWN).map(l => html`<li key=${l.item}><div class="who"><bdi dir="auto">${store.rows.at(l.item)?.value.name || l.item}</bdi><span class="soft">${l.why}</span></div>
			<span class="figure">${l.loss?.minor > 0 && html`<small>${w.expectedLoss}</small> ${money(l.loss, 'auto')}`}</span></li>`)}</ol>
		${lines.length > SHOWN && html`<p class="help inset">${words.andMore(lines.length - SHOWN)}</p>`}
		<p class="inset"><${Act} kind="main" icon="again" run=${run}>${w.askAll(lines.length)}<//></p>
	</section>`
}
