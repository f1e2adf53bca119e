// What the figures ask somebody to look at: items over the limit, shelves that look
// scanned twice, goods taken for each other, and what a spot check could not certify.
// Each leads to the item's lines and scans.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { difference, number } from '../format.js'
import { words } from '../words.js'
import { figures as w } from '../words-plan.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Pill, ends } from './figures-values.js'

const SHOWN = 10

/** An item by its name, which leads to its lines. */
function ItemLink({ item, rows, onLook, kind = 'button quiet' }) {
	const v = rows.at(item)?.value
	if (!v) return html`<bdi>${item}</bdi>`
	return html`<button type="button" class=${kind} onClick=${() => onLook(item)}><bdi dir="auto">${v.name || v.sku || item}</bdi></button>`
}

function Links({ items, rows, onLook }) {
	const shown = useSignal(SHOWN)
	rows.keys.value // names come with the rows
	return html`<p class="deeds">${items.slice(0, shown.value).map(item => html`<${ItemLink} key=${item} item=${item} rows=${rows} onLook=${onLook} />`)}
		${items.length > shown.value && html`<${Act} kind="quiet" run=${() => { shown.value += 5 * SHOWN }}>${w.more(items.length - shown.value)}<//>`}</p>`
}

export function Investigations({ list, rows, onLook }) {
	const shown = useSignal(SHOWN)
	rows.keys.value
	return html`<section class="card"><div class="head"><h2>${w.look} <span class="tally">${number(list.length)}</span></h2></div>
		${list.length === 0 ? html`<${Empty} icon="check" title=${w.lookNone} help=${w.lookNoneHelp} />`
			: html`<ul class="rows">${list.slice(0, shown.value).map(i => html`<li key=${i.item}><div class="who">
				<span><${ItemLink} kind="link" item=${i.item} rows=${rows} onLook=${onLook} /></span>
				<span class="soft">${w.counted(i.counted)}, ${w.expected(ends(i.expected))}${i.zones?.length > 0 && html` · <bdi>${i.zones.join(', ')}</bdi>`}</span></div>
				${!i.certain && html`<${Pill} tone="warn" icon="question" word=${w.maybe} />`}
				<span class="figure">${ends(i.variance, difference)}</span></li>`)}</ul>`}
		${list.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value += 5 * SHOWN }}>${w.more(list.length - shown.value)}<//></p>`}
	</section>`
}

export function Hints({ figures: f, rows, onLook }) {
	const none = f.doubled.length === 0 && f.offsets.length === 0
	return html`<section class="card"><div class="head"><h2>${w.hints}</h2></div>
		<p class="help inset">${none ? w.hintsNone : w.hintsHelp}</p>
		${f.doubled.length > 0 && html`<h3 class="inset">${w.doubled}</h3><ul class="rows">${f.doubled.map((d, n) => html`<li key=${n}><div class="who">
			<p>${d.sentence}</p><${Links} items=${d.items} rows=${rows} onLook=${onLook} /></div></li>`)}</ul>`}
		${f.more_doubled > 0 && html`<p class="soft inset">${w.moreDoubled(f.more_doubled)}</p>`}
		${f.offsets.length > 0 && html`<h3 class="inset">${w.offsets}</h3><ul class="rows">${f.offsets.map(o => html`<li key=${`${o.missing} ${o.over}`}><div class="who">
			<p>${o.sentence}</p><${Links} items=${[o.missing, o.over]} rows=${rows} onLook=${onLook} /></div></li>`)}</ul>`}
	</section>`
}

/** What a spot check says of everything: only where the agent drew its items. */
export function Certificate({ count, rows, onLook }) {
	const c = useSignal(/** @type {any} */ (null))
	useEffect(() => {
		if (count?.sample) live.command('plan.certificate', { count: count.id }).then(answer => { c.value = answer }, () => { c.value = { sentence: w.failed } })
	}, [count?.id, count?.state])
	if (!count?.sample) return null
	if (!c.value) return html`<p class="soft" role="status">${words.loading}</p>`
	const { sentence, seed, wrong_items: wrong = [], open = [] } = c.value
	return html`<section class="card"><div class="head"><h2>${w.certificate}</h2></div><div class="inset"><p><strong>${sentence}</strong></p>
		${seed && html`<p class="help">${w.drawnBy(seed)}</p>`}
		${wrong.length > 0 && html`<h3>${w.wrong}</h3><${Links} items=${wrong.map(i => i.item)} rows=${rows} onLook=${onLook} />`}
		${open.length > 0 && html`<h3>${w.open}</h3><${Links} items=${open.map(i => i.item)} rows=${rows} onLook=${onLook} />`}</div></section>`
}
