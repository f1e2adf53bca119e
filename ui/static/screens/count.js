// One count: its name, its state, what can be done with it, and its two sides,
// the counting and the review.
import { html, useComputed, useEffect } from '../vendor/preact.js'
import { live, counts, manages } from '../stockhand.js'
import { address } from '../route.js'
import { useTopic, OneCount } from '../live/topics.js'
import { moment } from '../format.js'
import { words } from '../words.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { later } from '../parts/later.js'
import { Mark } from '../parts/mark.js'
import { Title } from '../parts/title.js'
import { Counting } from './counting.js'

const Bar = later(() => import('./ending.js').then(m => m.Bar))
const Cancel = later(() => import('./ending.js').then(m => m.Cancel))
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
		${manages() && html`<${Cancel} store=${store} />`}
	</div>`
}

const Back = () => html`<a class="back" href=${address()}><${Icon} name="left" />${w.back}</a>`

function Head({ store, review }) {
	// Each scan changes the count's tally; the head is drawn again only by what it shows.
	const shown = useComputed(() => {
		const { id, name, type, state, opened, policy } = store.count.value
		return JSON.stringify({ id, name, type, state, opened: opened.at, blind: policy?.blind })
	})
	const c = JSON.parse(shown.value)
	return html`<header class="count-head">
		<div class="count-name">
			<a class="icon-button" href=${address()} aria-label=${w.back} title=${w.back}><${Icon} name="left" /></a>
			<${Title} text=${c.name}><bdi>${c.name}</bdi><//>
			<p class="soft"><span class="pill"><${Mark} state=${c.state} word=${words.counts.states[c.state] ?? c.state} /></span>
				<span>${words.counts.types[c.type] ?? c.type} · ${words.counts.started(moment(c.opened))}</span></p>
		</div>
		${manages() && html`<${Bar} store=${store} review=${review} />`}
	</header>`
}
