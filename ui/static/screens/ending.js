// What a manager does with a count: looks at one of its sides, ends it.
import { html, useComputed, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { useTopic, Review as Store } from '../live/topics.js'
import { address, go } from '../route.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { seldom } from '../parts/later.js'
import { Mark } from '../parts/mark.js'
import { tell } from '../parts/notices.js'
import { Ending, Uncounted } from './closing.js'
import { disputed } from './upload.js'

const Loose = seldom(() => import('./loose.js').then(m => m.Loose))

const w = more.closing

/** The two sides of a count, and the next step of its life. */
export function Bar({ store, review }) {
	const asking = useSignal(false)
	const state = useComputed(() => store.count.value.state)
	const { id, name } = store.count.peek()
	const Ask = { open: CloseDialog, closed: FinishCountDialog }[state.value]
	const deed = state.value === 'open' ? w.closeCount : w.finishCount
	return html`<div class="count-bar"><nav class="tabs" aria-label=${name}>
		<a href=${address('count', id)} aria-current=${review ? null : 'page'}>${w.tabs.live}</a>
		<a href=${address('count', id, 'review')} aria-current=${review ? 'page' : null}>${w.tabs.review}</a>
	</nav>${Ask && html`<${Act} icon="check" run=${() => { asking.value = true }}>${deed}<//>`}
		${Ask && asking.value && html`<${Ask} store=${store} onClose=${() => { asking.value = false }} />`}</div>`
}

function CloseDialog({ store, onClose }) {
	const choice = useSignal('keep')
	const id = store.count.value.id
	const walking = store.passes.all().filter(p => !p.closed)
	const run = () => live.command('count.close', { count: id, uncounted: choice.value })
	const after = () => {
		onClose()
		go('count', id, 'review')
	}
	return html`<${Ending} title=${w.closeTitle} lead=${w.closeLead} back=${w.keepCounting} deed=${w.closeCount} run=${run} onClose=${onClose} after=${after}>
		<${Loose} store=${store} />${walking.length > 0 && html`<${Uncounted} choice=${choice} />`}
	<//>`
}

const icons = { asks: 'conflict', onWay: 'sending', open: 'recount', waiting: 'waiting', incomplete: 'incomplete', blocked: 'blocked', late: 'ready', decided: 'match' }
const groups = { ready: 'open', recount: 'open', waiting: 'waiting', incomplete: 'incomplete', blocked: 'blocked' }

/** What finishing would mean for a line, as a key of icons. */
function groupOf(v) {
	if (v.delivery && disputed(v.delivery)) return 'asks'
	if (['pending', 'sending', 'staged'].includes(v.delivery?.state)) return 'onWay'
	return v.late && groups[v.status] ? 'late' : groups[v.status] ?? 'decided'
}

/** Finishing leaves behind what nobody decided: it says how much that is, and what becomes of it. */
function FinishCountDialog({ store: { count }, onClose }) {
	const { id } = count.peek()
	const store = useTopic(live, () => new Store(`review/${id}`), [id])
	const lines = /** @type {Record<string, number>} */ ({})
	for (const v of store.rows.all()) lines[groupOf(v)] = (lines[groupOf(v)] ?? 0) + 1
	const run = async () => {
		const left = lines.open || lines.waiting || lines.incomplete
		await live.command('count.finish', { count: id, leave_undecided: Boolean(left) })
		onClose()
		tell(w.finished)
	}
	const able = store.ready.value && !lines.asks && !lines.onWay
	return html`<${Dialog} title=${w.finishTitle} lead=${w.finishLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="check" disabled=${!able} run=${run}>${w.finishCount}<//>`}>
		${store.ready.value ? html`<ul class="left">${Object.keys(icons).filter(g => lines[g]).map(g => html`<${Left} key=${g} group=${g} n=${lines[g]} />`)}</ul>`
			: html`<p class="soft" role="status">${words.loading}</p>`}
	<//>`
}

function Left({ group, n }) {
	const [what, means] = w.lines[group](n)
	return html`<li><${Mark} state=${icons[group]} word=${what} /><p>${means}</p></li>`
}

/** At the end of the page: what is seldom wanted. */
export function Cancel({ store }) {
	const asking = useSignal(false)
	const able = useComputed(() => ['open', 'closed'].includes(store.count.value.state))
	const run = async () => {
		await live.command('count.cancel', { count: store.count.peek().id })
		go()
	}
	if (!able.value) return null
	const stop = () => { asking.value = false }
	const reopen = () => live.command('count.reopen', { count: store.count.peek().id })
	return html`<p>${store.count.value.state === 'closed' && html`<${Act} kind="quiet" run=${reopen}>${w.reopen}<//>`}<${Act} kind="quiet" run=${() => { asking.value = true }}>${w.cancelCount}<//>
		${asking.value && html`<${Dialog} title=${w.cancelTitle} lead=${w.cancelLead} onClose=${stop}
			actions=${html`<${Act} run=${stop}>${w.keepCounting}<//><${Act} kind="danger" icon="close" run=${run}>${w.cancelCount}<//>`} />`}</p>`
}
