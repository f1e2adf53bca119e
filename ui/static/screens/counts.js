// All counts, the newest first, and the way to open one.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live, counts, manages } from '../stockhand.js'
import { address } from '../route.js'
import { moment, number } from '../format.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { seldom } from '../parts/later.js'
import { Mark } from '../parts/mark.js'
import { Title } from '../parts/title.js'

const OpenDialog = seldom(() => import('./open.js').then(m => m.OpenDialog))

const w = words.counts
const SHOWN = 30

export function CountsScreen() {
	const opening = useSignal(false)
	useEffect(() => live.subscribe(counts.topic, counts), [])
	const manager = manages()
	const open = () => { opening.value = true }
	return html`<div class="screen">
		<header class="screen-head"><${Title} text=${w.title} />
			${manager && counts.counts.keys.value.length > 0 && html`<button type="button" class="button main" onClick=${open}><${Icon} name="plus" /><span>${w.open}</span></button>`}
		</header>
		<${List} manager=${manager} onOpen=${open} />
		${opening.value && html`<${OpenDialog} onClose=${() => { opening.value = false }} />`}
	</div>`
}

function List({ manager, onOpen }) {
	const shown = useSignal(SHOWN)
	if (!counts.ready.value) return html`<p class="soft" role="status">${words.loading}</p>`
	const keys = counts.counts.keys.value.toSorted(newestFirst)
	if (keys.length === 0) return html`<section class="card"><${Empty} icon="list" title=${w.none} help=${manager ? w.noneHelp : w.noneCounter}>
		${manager && html`<button type="button" class="button main" onClick=${onOpen}><${Icon} name="plus" /><span>${w.open}</span></button>`}
	<//></section>`
	return html`
		<ul class="counts">${keys.slice(0, shown.value).map(key => html`<${Card} key=${key} row=${counts.counts.at(key)} />`)}</ul>
		${keys.length > shown.value && html`<p class="more"><${Act} run=${() => { shown.value += SHOWN }}>${w.more(keys.length - shown.value)}<//></p>`}`
}

const newestFirst = (a, b) => Date.parse(counts.counts.at(b).peek().opened.at) - Date.parse(counts.counts.at(a).peek().opened.at)

function Card({ row }) {
	const c = row.value
	const where = c.state === 'closed' && manages() ? address('count', c.id, 'review') : address('count', c.id)
	return html`<li class="card count-card" data-state=${c.state}>
		<div class="pill"><${Mark} state=${c.state} word=${w.states[c.state] ?? c.state} /></div>
		<h2><a href=${where}><bdi>${c.name}</bdi></a></h2>
		<p class="soft">${w.types[c.type] ?? c.type} · ${w.started(moment(c.opened.at))}</p>
		<dl class="figures">
			<div><dt>${words.count.lines}</dt><dd>${number(c.tally.lines)}</dd></div>
			<div><dt>${words.count.units}</dt><dd>${number(c.tally.units)}</dd></div>
		</dl>
		<p class="notes">${notes(c).map(([state, word]) => html`<${Mark} key=${state} state=${state} word=${word} />`)}</p>
	</li>`
}

function notes(c) {
	const list = []
	if (c.state === 'open' && c.passes_open > 0) list.push(['up', w.passes(c.passes_open)])
	if (c.tally.unknown > 0 && c.state !== 'done') list.push(['unknown', w.unknown(c.tally.unknown)])
	if (c.state === 'closed' && c.undecided > 0) list.push(['incomplete', w.undecided(c.undecided)])
	return list
}
