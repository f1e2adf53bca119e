// How what was approved reaches the shop: what waits, why, and what somebody can do.
import { html, useComputed, useSignal } from '../vendor/preact.js'
import { live, upload } from '../stockhand.js'
import { address } from '../route.js'
import { age, isSet, moment, number, time } from '../format.js'
import { since, until } from '../now.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Empty, Explained } from '../parts/empty.js'
import { Mark, toneOf } from '../parts/mark.js'
import { tell } from '../parts/notices.js'
import { seldom } from '../parts/later.js'
import { Title } from '../parts/title.js'
import { Conflicts } from './conflict.js'

const Catalogue = seldom(() => import('./catalogue.js').then(m => m.Catalogue))
const w = more.upload
const SHOWN = 30

/** Whether a delivery waits for a person. */
export const disputed = d => ['conflict', 'unknown', 'rejected'].includes(d.state)
const resolved = d => ['delivered', 'superseded'].includes(d.state)

export function UploadScreen() {
	return html`<div class="screen">
		<header class="screen-head"><${Title} text=${w.title} /><a class="button plain" href=${address('doctor')}>${w.doctor}</a></header>
		${upload.ready.value ? html`<${Disputes} /><${Health} /><${Deliveries} /><${Requests} /><${Catalogue} />` : html`<p class="soft" role="status">${words.loading}</p>`}
	</div>`
}

function Health() {
	const up = upload.upstream.value
	const state = up?.state ?? 'idle'
	const moving = useMoving()
	const held = up?.problem?.code === 'upload.held'
	const run = async () => {
		await live.command('upload.now')
		tell(w.tried)
	}
	return html`<section class="card health" data-tone=${toneOf(state)}>
		<div class="health-head">
			<div class="who">${up?.name && html`<p class="soft"><bdi>${up.name}</bdi></p>`}
				<h2><${Mark} big state=${state} word=${more.upstream.states[state] ?? state} /></h2>
				<p class="soft">${more.upstream.meanings[state]}</p></div>
			${held ? html`<${Act} kind="main" run=${() => live.command('upload.resume')}>${w.resume}<//>`
				: html`<${Act} kind=${moving.value ? 'main' : 'plain tall'} icon="send" run=${run}>${w.now}<//>`}
		</div>
		<${Explained} problem=${up?.problem} />
		<${Figures} />
		${!held && html`<p><${Act} kind="quiet" run=${() => live.command('upload.pause')}>${w.pause}<//></p>`}
	</section>`
}

/** Whether anything goes out without a person. */
const useMoving = () => useComputed(() => upload.deliveries.all().some(d => ['pending', 'sending', 'staged'].includes(d.state)))

function Figures() {
	const moving = useMoving()
	const { depth, oldest } = upload.depth.value
	const up = upload.upstream.value
	const left = isSet(up?.next_at) ? until(up.next_at) : 0
	const stuck = up?.state === 'paused' || !moving.value
	const next = up?.problem && up.trying ? w.trying : left > 0 ? age(left) : stuck ? w.none : w.soon
	return html`<dl class="figures">
		<div><dt>${w.waits}</dt><dd>${number(depth)}</dd></div>
		<div><dt>${w.oldest}</dt><dd>${depth > 0 && isSet(oldest) ? age(since(oldest)) : w.none}</dd></div>
		<div><dt>${w.lastSuccess}</dt><dd>${isSet(up?.last_success) ? moment(up.last_success) : w.never}</dd></div>
		<div><dt>${w.nextTry}</dt><dd>${next}</dd></div>
	</dl>`
}

function Disputes() {
	const list = useComputed(() => upload.deliveries.all().filter(disputed))
	return html`<${Conflicts} list=${list.value.map(d => ({
		adjustment: d.adjustment.id, state: d.state, problem: d.problem, name: d.name, sku: d.sku,
		counted: d.adjustment.counted, observed: d.observed,
	}))} />`
}

function Deliveries() {
	const filter = useSignal('all')
	const shown = useSignal(SHOWN)
	const open = useComputed(() => upload.deliveries.all().filter(d => !resolved(d)).length)
	const fitting = useComputed(() => upload.deliveries.keys.value.filter(key => filter.value === 'all' || !resolved(upload.deliveries.at(key).value)).reverse().join('\n'))
	const keys = fitting.value ? fitting.value.split('\n') : []
	const total = upload.deliveries.keys.value.length
	return html`<section class="card" aria-label=${w.deliveries}>
		<div class="head"><h2>${w.deliveries}</h2>
			${total > 0 && html`<div class="chips" role="group" aria-label=${more.review.filterLabel}>${['all', 'open'].map(name => html`
				<button key=${name} type="button" class="chip" aria-pressed=${filter.value === name} onClick=${() => { filter.value = name }}>${w.filters[name]} <span class="tally">${number(name === 'all' ? total : open.value)}</span></button>`)}</div>`}
		</div>
		${keys.length === 0 && html`<${Empty} icon="send" title=${total ? w.nothingOpen : w.noDeliveriesTitle} help=${total ? '' : w.noDeliveries} />`}
		<ul class="rows deliveries">${keys.slice(0, shown.value).map(key => html`<${Delivery} key=${key} row=${upload.deliveries.at(key)} />`)}</ul>
		${keys.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value += SHOWN * 4 }}>${words.count.more(keys.length - shown.value)}<//></p>`}
	</section>`
}

function Delivery({ row }) {
	const d = row.value
	const kept = d.state === 'delivered' && !d.request // nothing had to be sent
	const sent = !['pending', 'conflict', 'rejected'].includes(d.state)
	return html`<li data-state=${d.state}>
		<div class="who"><bdi dir="auto">${d.name || d.sku || d.adjustment.item}</bdi>
			<span class="soft"><bdi>${d.sku}</bdi>${d.adjustment.reason && html` · ${more.delivery.reasons[d.adjustment.reason] ?? d.adjustment.reason}`} · ${moment(d.changed)}</span>
			${d.problem?.what && !disputed(d) && html`<span class="soft">${d.problem.what}</span>`}</div>
		<span class="figure">${kept ? '' : sent ? more.delivery.to(d.observed, d.target) : more.delivery.by(d.adjustment.variance)}</span>
		<${Mark} state=${d.state} word=${more.delivery.states[kept ? 'kept' : d.state] ?? d.state} />
	</li>`
}

function Requests() {
	const shown = useSignal(0)
	const keys = upload.requests.keys.value.toReversed()
	return html`<details class="card requests" open=${shown.value > 0} onToggle=${e => { shown.value = e.currentTarget.open ? Math.max(SHOWN, shown.value) : 0 }}>
		<summary class="head"><h2>${w.requests}</h2><span class="tally">${number(keys.length)}</span></summary>
		${keys.length === 0 && html`<${Empty} icon="list" title=${w.noRequestsTitle} help=${w.noRequests} />`}
		<ul class="rows">${keys.slice(0, shown.value).map(key => html`<${Request} key=${key} row=${upload.requests.at(key)} />`)}</ul>
		${shown.value > 0 && keys.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value += SHOWN * 4 }}>${words.count.more(keys.length - shown.value)}<//></p>`}
	</details>`
}

function Request({ row }) {
	const q = row.value
	const outcome = q.outcome?.class ?? ''
	return html`<li><time class="soft">${isSet(q.first_sent) ? time(q.first_sent) : ''}</time>
		<div class="who"><span>${w.lines(q.lines)}</span><span class="soft">${w.attempts(q.attempts)} · <bdi>${q.id}</bdi></span></div>
		<${Mark} state=${stateOfRequest(q.state, outcome)} word=${outcome ? w.outcome[outcome] ?? outcome : w.request[q.state] ?? q.state} />
	</li>`
}

const stateOfRequest = (state, outcome) => ({ applied: 'delivered', repeated: 'delivered', staged: 'staged', conflict: 'conflict', rejected: 'rejected', later: 'throttled', unknown: 'unknown' })[outcome] ?? (state === 'sent' ? 'sending' : state === 'unknown' ? 'unknown' : 'pending')
