// One count: its name, its state, what can be done with it, and its two sides,
// the counting and the review.
import { html, useComputed, useEffect, useSignal } from '../vendor/preact.js'
import { live, counts, manages } from '../stockhand.js'
import { address } from '../route.js'
import { useTopic, OneCount } from '../live/topics.js'
import { moment } from '../format.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { later } from '../parts/later.js'
import { Mark } from '../parts/mark.js'
import { Title } from '../parts/title.js'
import { Counting } from './counting.js'

const CloseDialog = later(() => import('./ending.js').then(m => m.CloseDialog))
const CancelDialog = later(() => import('./ending.js').then(m => m.CancelDialog))
const Review = later(() => import('./review.js').then(m => m.Review))
const Strays = later(() => import('./strays.js').then(m => m.Strays))

const w = words.count

export function CountScreen({ id, tab }) {
	const store = useTopic(live, () => new OneCount(`count/${id}`), [id])
	useEffect(() => live.subscribe(counts.topic, counts), [])
	const missing = useComputed(() => store.ready.value ? !store.count.value : counts.ready.value && !counts.counts.keys.value.includes(id))
	if (missing.value) return html`<div class="screen"><p><${Back} /></p><section class="card"><${Empty} icon="question" title=${w.missing} /></section></div>`
	if (!store.ready.value) return html`<div class="screen"><p><${Back} /></p><p class="soft" role="status">${words.loading}</p></div>`
	const review = tab === 'review' && manages()
	return html`<div class="screen">
		<${Head} store=${store} review=${review} />
		${store.strays.keys.value.length > 0 && html`<${Strays} store=${store} />`}
		${review ? html`<${Review} id=${id} store=${store} />` : html`<${Counting} store=${store} />`}
		<${Cancel} store=${store} />
	</div>`
}

const Back = () => html`<a class="back" href=${address()}><${Icon} name="left" />${w.back}</a>`

function Head({ store, review }) {
	const asking = useSignal('')
	// Each scan changes the count's tally; the head is drawn again only by what it shows.
	const shown = useComputed(() => {
		const { id, name, type, state, opened, policy } = store.count.value
		return JSON.stringify({ id, name, type, state, opened: opened.at, blind: policy?.blind })
	})
	const c = JSON.parse(shown.value)
	const done = () => { asking.value = '' }
	return html`<header class="count-head">
		<div class="count-name">
			<a class="icon-button" href=${address()} aria-label=${w.back} title=${w.back}><${Icon} name="left" /></a>
			<${Title} text=${c.name}><bdi>${c.name}</bdi><//>
			<p class="soft"><span class="pill"><${Mark} state=${c.state} word=${words.counts.states[c.state] ?? c.state} /></span>
				<span>${words.counts.types[c.type]?.[0] ?? c.type} · ${words.counts.started(moment(c.opened))}</span></p>
		</div>
		${manages() && html`<div class="count-bar"><nav class="tabs" aria-label=${c.name}>
			<a href=${address('count', c.id)} aria-current=${review ? null : 'page'}>${w.tabs.live}</a>
			<a href=${address('count', c.id, 'review')} aria-current=${review ? 'page' : null}>${w.tabs.review}</a>
		</nav><${Deed} count=${c} onAsk=${what => { asking.value = what }} /></div>`}
		${asking.value === 'close' && html`<${CloseDialog} store=${store} onClose=${done} />`}
	</header>`
}

/** The next step of the count's life. */
function Deed({ count, onAsk }) {
	if (count.state === 'open') return html`<${Act} icon="check" run=${() => onAsk('close')}>${w.closeCount}<//>`
	if (count.state === 'closed') return html`<${Act} icon="check" run=${() => live.command('count.finish', { count: count.id })}>${w.finishCount}<//>`
	return null
}

/** At the end of the page: it is seldom wanted and can not be undone. */
function Cancel({ store }) {
	const asking = useSignal(false)
	const able = useComputed(() => ['open', 'closed'].includes(store.count.value.state))
	if (!manages() || !able.value) return null
	return html`<p><${Act} kind="quiet" run=${() => { asking.value = true }}>${w.cancelCount}<//>
		${asking.value && html`<${CancelDialog} id=${store.count.peek().id} onClose=${() => { asking.value = false }} />`}</p>`
}
