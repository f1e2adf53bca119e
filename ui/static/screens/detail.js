// How a difference came about: the sum in one line, and then everything that it was
// made of, down to the scans and the movements.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { go } from '../route.js'
import { difference, isSet, number, time } from '../format.js'
import { actorName, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Explained } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { Icon } from '../parts/icon.js'
import { seldom } from '../parts/later.js'
import { tell } from '../parts/notices.js'
import { amountOf, stateOf } from './entry.js'
import { recountable } from './review.js'
import { Status, isReckoned, range, toneOfDifference, worth } from './variance.js'

const DamagedGoods = seldom(() => import('./goods.js').then(m => m.DamagedGoods))
const Lots = seldom(() => import('./goods.js').then(m => m.Lots))
const History = seldom(() => import('./evidence.js').then(m => m.History))

const w = more.detail
const r = more.review
const FEW = 40 // numbers to choose from in a list

export function Detail({ count, closed, row, onClose }) {
	const v = row.value
	const again = closed && recountable(v)
	const recount = async () => {
		const made = await live.command('count.recount', { count, items: [v.item] })
		onClose()
		tell(r.recountDone(1, made.round))
		go('count', count)
	}
	const actions = html`<${Act} run=${onClose}>${words.close}<//>${again && html`<${Act} kind="main" icon="again" run=${recount}>${r.recount(1)}<//>`}`
	return html`<${Dialog} wide title=${v.name || v.sku || v.item} onClose=${onClose} actions=${actions}>
		<p class="detail-head"><span class="soft"><bdi>${v.sku}</bdi></span> <${Status} variance=${v} />${v.investigate && html`<b class="over">${r.over}</b>`}</p>
		<p class="sentence-big">${v.sentence}</p>
		<${Sum} variance=${v} />
		${v.waits && !v.sentence.includes(v.waits) && html`<p class="soft">${v.waits}</p>`}
		<${Explained} problem=${v.problem} /><${Explained} problem=${v.delivery?.problem} />
		${v.missing?.length > 0 && html`<p>${r.missing(v.missing.join(', '))}</p>`}
		<${Lines} variance=${v} />
		${v.damaged > 0 && html`<${DamagedGoods} count=${count} item=${v.item} closed=${closed} />`}
		<${Movements} variance=${v} />
		<${Scans} count=${count} item=${v.item} />
		<${Everything} item=${v.item} />
		${(v.status === 'recount' || v.held) && !v.left && html`<${Decide} count=${count} over=${!again} variance=${v} onClose=${onClose} />`}
	<//>`
}

/** Counted less expected, as one reckons on paper. */
function Sum({ variance: v }) {
	if (!isReckoned(v)) return null
	const moved = { lo: v.expected.lo - v.book.on_hand, hi: v.expected.hi - v.book.on_hand }
	return html`<div class="reckoning">
		<dl>
			<div><dt>${r.columns.counted}</dt><dd>${number(v.counted)}</dd></div>
			<div data-sign="${'\u2212'}"><dt>${r.columns.expected}</dt><dd>${range(v.expected)} <small>${w.made(number(v.book.on_hand), range(moved, difference))}</small></dd></div>
			<div class="result" data-sign="=" data-tone=${toneOfDifference(v.variance)}><dt>${r.columns.difference}</dt><dd>${range(v.variance, difference)} <small>${worth(v)}</small></dd></div>
		</dl>
		<p class="soft">${w.book(v.book.on_hand, time(v.book.at.at))} ${v.book.committed > 0 && w.committed(v.book.committed)}</p>
	</div>`
}

function Lines({ variance: v }) {
	if (!v.lines?.length) return null
	return html`<section><h3>${w.lines}</h3><div class="scroll"><table class="plain">
		<thead><tr><th>${w.bin}</th><th>${w.window}</th><th class="n">${w.entries}</th><th class="n">${w.quantity}</th></tr></thead>
		<tbody>${v.lines.map(l => html`<tr key=${`${l.bin} ${l.round}`}>
			<td><bdi>${l.bin || words.count.whereNone}</bdi>${l.round > 0 && html` <span class="soft">${words.count.round(l.round)}</span>`}</td>
			<td>${time(l.window.from.at)} – ${time(l.window.to.at)}</td><td class="n">${number(l.entries)}</td>
			<td class="n"><b>${number(l.good + l.damaged)}</b>${l.damaged > 0 && html` <span class="soft">${r.damaged(l.damaged)}</span>`}</td></tr>`)}</tbody>
	</table></div></section>`
}

function Movements({ variance: v }) {
	const effects = v.effects ?? []
	return html`<section><h3>${w.movements}</h3>
		${effects.length === 0 ? html`<p class="soft">${w.noMovements}</p>` : html`<div class="scroll"><table class="plain">
		<thead><tr><th>${w.at}</th><th>${w.what}</th><th>${w.verdict}</th><th>${w.contained}</th><th class="n">${w.effect}</th></tr></thead>
		<tbody>${effects.map((e, i) => html`<tr key=${i}>
			<td>${isSet(e.movement.occurred.at) && time(e.movement.occurred.at)}</td>
			<td>${w.kinds[e.movement.kind] ?? e.movement.kind} <b>${difference(e.movement.quantity)}</b>${e.movement.receipt && html` <span class="soft"><bdi>${e.movement.receipt}</bdi></span>`}</td>
			<td>${w.verdicts[e.verdict] ?? e.verdict}</td><td>${w.containeds[e.contained] ?? e.contained}</td>
			<td class="n"><b>${range(e.expected, difference)}</b></td></tr>`)}</tbody>
		</table></div>`}</section>`
}

function Scans({ count, item }) {
	const scans = useSignal(null)
	const total = useSignal(0)
	const lots = useSignal([])
	useEffect(() => {
		live.command('count.scans', { count, item }).then(
			answer => { scans.value = answer.scans; total.value = answer.total; lots.value = answer.lots ?? [] },
			() => { scans.value = 'failed' },
		)
	}, [count, item])
	const earlier = async () => {
		const answer = await live.command('count.scans', { count, item, before: scans.value[0].seq })
		scans.value = [...answer.scans, ...scans.value]
	}
	if (scans.value === 'failed') return html`<p class="soft">${w.scansFailed}</p>`
	return html`${lots.value.length > 0 && html`<${Lots} lots=${lots.value} />`}
	<section><h3>${w.scans}</h3>
		${scans.value === null && html`<p class="soft" role="status">${words.loading}</p>`}
		${scans.value?.length === 0 && html`<p class="soft">${w.noScans}</p>`}
		${scans.value?.length < total.value && html`<p class="more"><${Act} kind="quiet" run=${earlier}>${w.earlier(scans.value.length, total.value)}<//></p>`}
		<ol class="rows scans">${(scans.value ?? []).map(s => html`<${Scan} key=${s.seq} scan=${s} />`)}</ol>
	</section>`
}

function Scan({ scan }) {
	const state = stateOf(scan)
	const by = [...new Set([actorName(scan.by), scan.device && scannerName(scan.device)])].filter(Boolean).join(' · ')
	return html`<li data-undone=${state === 'undone'}><time class="soft">${time(scan.at)}</time>
		<div class="who"><span>${scan.device ? w.scanned : w.typed}</span><span class="soft"><bdi>${scan.bin}</bdi>${by && html` · <bdi>${by}</bdi>`}${['undone', 'accepted'].includes(state) && html` · ${words.count.states[state]}`}</span></div>
		<span class="figure">${amountOf(scan)}</span></li>`
}

/** Also what is of no count: fetched when it is asked for. */
function Everything({ item }) {
	const open = useSignal(false)
	return html`<details class="decide" onToggle=${e => { open.value = e.currentTarget.open }}><summary><${Icon} name="right" />${w.everything}</summary>${open.value && html`<${History} item=${item} />`}</details>`
}

/** Where nobody can know, a person may choose; a recount is better. */
function Decide({ count, over, variance: v, onClose }) {
	const { lo, hi } = v.variance
	const use = useSignal('')
	const reason = useSignal(r.reasons[0])
	const n = use.value.trim() && Number(use.value)
	const fits = Number.isInteger(n) && n >= lo && n <= hi
	const run = async () => {
		await live.command('count.approve', { count, items: [{ item: v.item, use: n, reason: reason.value, seen: { counted: v.counted, variance: v.variance } }] })
		onClose()
		tell(r.approved(1))
	}
	return html`<details class="decide" open=${over}><summary><${Icon} name="right" />${r.choose}</summary>
		<p class="soft">${r.chooseHelp(range(v.variance, difference), over)}</p>
		<div class="pair">
			<${Field} label=${r.columns.difference}>${hi - lo < FEW ? html`<select value=${use} onChange=${e => { use.value = e.currentTarget.value }}>
				<option value="">${r.chooseOne}</option>${Array.from({ length: hi - lo + 1 }, (_, i) => lo + i).map(n => html`<option key=${n} value=${n}>${difference(n)}</option>`)}</select>`
				: html`<input autocomplete="off" value=${use} onInput=${e => { use.value = e.currentTarget.value }} />`}<//>
			<${Field} label=${r.reason}><select value=${reason} onChange=${e => { reason.value = e.currentTarget.value }}>${r.reasons.map(x => html`<option key=${x}>${x}</option>`)}</select><//>
		</div>
		<${Act} kind="danger" icon="check" disabled=${!fits} run=${run}>${r.chooseNow(fits ? n : '')}<//>
	</details>`
}
