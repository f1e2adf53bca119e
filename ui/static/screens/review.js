// The review: every item of a closed count with its difference, why it is so, and
// what to do about it. What needs somebody comes first.
import { html, useComputed, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { useTopic, Review as Store } from '../live/topics.js'
import { address, go } from '../route.js'
import { number } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { seldom } from '../parts/later.js'
import { tell } from '../parts/notices.js'
import { isAdvised, useAdvice } from './advice.js'
import { Conflicts } from './conflict.js'
import { Detail } from './detail.js'
import { disputed } from './upload.js'
import { Row, isReckoned } from './variance.js'
import { Summary } from './summary.js'

const ApproveDialog = seldom(() => import('./approve.js').then(m => m.ApproveDialog))
const Reasons = seldom(() => import('./doctor.js').then(m => m.Reasons))
const Loose = seldom(() => import('./loose.js').then(m => m.Loose))
const Advice = seldom(() => import('./advice-card.js').then(m => m.Advice))

const w = more.review
const SHOWN = 30

const asksForDecision = v => Boolean(v.delivery && disputed(v.delivery))
const is = status => v => v.status === status && !v.left

/** Which rows each filter shows. Not counted everywhere is no difference: nobody knows one. */
export const filters = {
	all: () => true,
	differ: v => isReckoned(v) && (v.status === 'ready' || v.variance.lo !== 0 || v.variance.hi !== 0),
	decide: v => ['ready', 'recount', 'incomplete', 'blocked'].includes(v.status) || asksForDecision(v),
	person: v => !v.left && ['recount', 'blocked'].includes(v.status) || asksForDecision(v),
	again: isAdvised,
	ready: is('ready'),
	waiting: is('waiting'),
	incomplete: is('incomplete'),
	sent: v => v.status === 'settled',
	left: v => Boolean(v.left),
	limit: v => Boolean(v.investigate),
}

export function Review({ id, store }) {
	const state = useComputed(() => store.count.value.state)
	if (state.value === 'open') return html`<section class="card"><${Empty} icon="clock" title=${w.notYet} help=${w.notYetHelp}><${Figures} id=${id} /><//></section>`
	return html`${state.value === 'closed' && html`<${Loose} store=${store} card />`}<${Judging} id=${id} closed=${state.value === 'closed'} />`
}

const Figures = ({ id }) => html`<a class="button" href=${address('figures', id)}><${Icon} name="equal" /><span>${w.figures}</span></a>`

/** closed: the count takes recounts. */
function Judging({ id, closed }) {
	const store = useTopic(live, () => new Store(`review/${id}`), [id])
	const chosen = useSignal(/** @type {Set<string>} */ (new Set()))
	const looking = useSignal('')
	const approving = useSignal(false)
	const picked = useSignal('')
	const filter = useComputed(() => picked.value || (store.rows.all().some(filters.differ) ? 'differ' : 'all'))
	useAdvice(id, store, closed)
	if (!store.ready.value) return html`<p class="soft" role="status">${words.loading}</p>`
	if (store.rows.keys.value.length === 0) return html`<section class="card"><${Empty} icon="list" title=${w.nothing} help=${w.nothingHelp} /></section>`
	return html`<div class="review">
		<${Summary} store=${store} />
		<p class="deeds"><${Figures} id=${id} /><${Act} kind="quiet" icon="list" run=${() => import('./evidence.js').then(m => m.saveReport(id))}>${w.report}<//></p>
		<${Disputed} store=${store} />${closed && html`<${Reasons} id=${id} />`}
		<${Filters} store=${store} filter=${filter} onPick=${name => { picked.value = name }} />
		${closed && filter.value === 'again' && html`<${Advice} id=${id} store=${store} />`}
		<${List} store=${store} closed=${closed} filter=${filter} chosen=${chosen} onLook=${item => { looking.value = item }} />
		<${Deeds} id=${id} store=${store} closed=${closed} chosen=${chosen} onApprove=${() => { approving.value = true }} />
		${looking.value && html`<${Detail} count=${id} closed=${closed} row=${store.rows.at(looking.value)} onClose=${() => { looking.value = '' }} />`}
		${approving.value && html`<${ApproveDialog} id=${id} store=${store} onClose=${() => { approving.value = false }} />`}
	</div>`
}

function Disputed({ store }) {
	const disputed = useComputed(() => store.rows.all().filter(asksForDecision))
	return html`<${Conflicts} list=${disputed.value.map(v => ({
		adjustment: v.delivery.adjustment, state: v.delivery.state, problem: v.delivery.problem,
		name: v.name, sku: v.sku, counted: v.counted, observed: v.delivery.observed,
	}))} />`
}

function Filters({ store, filter, onPick }) {
	const tallies = useComputed(() => {
		const rows = store.rows.all()
		return Object.fromEntries(Object.entries(filters).map(([name, fits]) => [name, rows.filter(fits).length]))
	})
	const names = Object.keys(filters).filter(name => name === 'all' || name === 'differ' || name === filter.value || tallies.value[name] > 0)
	return html`<div class="chips" role="group" aria-label=${w.filterLabel}>${names.map(name => html`
		<button key=${name} type="button" class="chip" aria-pressed=${filter.value === name} onClick=${() => onPick(name)}>
			${w.filters[name]} <span class="tally">${number(tallies.value[name])}</span></button>`)}
	</div>`
}

/** What a difference may be worth: what costs most comes first. */
const weight = v => Math.abs(v.value?.minor ?? 0) || Math.max(Math.abs(v.variance.lo), Math.abs(v.variance.hi)) / 1e6

function List({ store, closed, filter, chosen, onLook }) {
	const shown = useSignal(SHOWN)
	// Which rows are shown follows from them; each row draws itself again.
	const fitting = useComputed(() => {
		const rows = store.rows.all().filter(filters[filter.value])
		if (filter.value === 'differ') rows.sort((a, b) => weight(b) - weight(a))
		return rows.map(v => v.item).join('\n')
	})
	const keys = fitting.value ? fitting.value.split('\n') : []
	const seen = keys.slice(0, shown.value)
	if (keys.length === 0) return html`<section class="card"><${Empty} icon="check" title=${w.empty} /></section>`
	return html`<section class="card">
		<table class="variances">
			<caption class="heard-only">${w.filters[filter.value]}</caption>
			<thead><${Heads} store=${store} seen=${closed ? seen : []} chosen=${chosen} /></thead>
			<tbody>${seen.map(key => html`<${Row} key=${key} row=${store.rows.at(key)} closed=${closed} chosen=${chosen} onLook=${onLook} />`)}</tbody>
		</table>
		${keys.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value += SHOWN * 4 }}>${words.count.more(keys.length - shown.value)}<//></p>`}
	</section>`
}

/** Whether an item can be counted again in a count that takes recounts. */
export const recountable = v => v.status !== 'match' && v.status !== 'settled' && v.status !== 'blocked'

function Heads({ store, seen, chosen }) {
	const able = seen.filter(key => recountable(store.rows.at(key).peek()))
	const all = able.length > 0 && able.every(key => chosen.value.has(key))
	return html`<tr>
		<th class="pick"><label>${able.length > 0 && html`<input type="checkbox" aria-label=${w.selectAll} checked=${all} onChange=${() => { chosen.value = all ? new Set() : new Set(able) }} />`}</label></th>
		<th>${w.columns.item}</th><th class="n">${w.columns.counted}</th><th class="n" title=${w.help.expected}>${w.columns.expected}</th>
		<th class="n">${w.columns.difference}</th><th class="n">${w.columns.value}</th><th>${w.columns.status}</th><th><span class="heard-only">${w.columns.open}</span></th>
	</tr>`
}

function Deeds({ id, store, closed, chosen, onApprove }) {
	const ready = useComputed(() => store.rows.all().filter(filters.ready).length)
	// What was settled since it was chosen is not counted again.
	const items = [...chosen.value].filter(item => recountable(store.rows.at(item)?.value ?? {}))
	const recount = async () => {
		const made = await live.command('count.recount', { count: id, items })
		chosen.value = new Set()
		tell(w.recountDone(items.length, made.round))
		go('count', id)
	}
	if (!closed && ready.value === 0) return null
	return html`<div class="thumb bar-of-deeds">
		${items.length > 0 && html`<${Act} icon="again" kind="plain tall" run=${recount}>${w.recount(items.length)}<//>`}
		<button type="button" class="button main" disabled=${ready.value === 0} onClick=${onApprove}><${Icon} name="send" /><span>${w.approve(ready.value)}</span></button>
	</div>`
}
