// The count as a whole. Gains never hide losses: each stands alone.
import { html, useComputed } from '../vendor/preact.js'
import { difference, money, number } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { isReckoned } from './variance.js'

const w = more.review

export function Summary({ store }) {
	const sums = useComputed(() => sum(store.rows.all()))
	const s = sums.value
	return html`<section class="card summary">
		<dl class="figures">
			<div><dt>${w.match}</dt><dd>${number(s.match)} <small>${w.of(s.items)}</small></dd></div>
			<${Total} label=${w.losses} total=${s.losses} currency=${s.currency} tone="error" />
			<${Total} label=${w.gains} total=${s.gains} currency=${s.currency} tone="info" />
			<${Total} label=${w.net} total=${s.net} currency=${s.currency} tone="calm" />
		</dl>
		<div class="share" aria-hidden="true">${s.shares.map(([tone, n]) => html`<i key=${tone} data-tone=${tone} style=${{ flexGrow: n }}></i>`)}</div>
		${s.unsure > 0 && html`<p class="help inset">${w.unsure(s.unsure)}</p>`}
	</section>`
}

const Total = ({ label, total, currency, tone }) => html`<div><dt>${label}</dt>
	<dd class="delta" data-tone=${total.units ? tone : 'calm'}>${difference(total.units)} ${currency && html`<small>${money({ minor: total.minor, currency })}</small>`}</dd></div>`

/** Only what is certain is summed. */
function sum(rows) {
	const s = { items: rows.length, match: 0, unsure: 0, currency: '', gains: zero(), losses: zero(), net: zero(), shares: [] }
	let person = 0
	for (const v of rows) {
		if (v.status === 'match') s.match++
		if (v.status === 'recount' || v.status === 'incomplete' || v.status === 'blocked') person++
		if (v.variance?.lo !== v.variance?.hi || !isReckoned(v)) {
			s.unsure++
			continue
		}
		s.currency ||= v.value?.currency ?? ''
		add(s.net, v)
		add(v.variance?.lo > 0 ? s.gains : s.losses, v)
	}
	s.shares = [['ok', s.match], ['info', rows.length - s.match - person], ['warn', person]]
	return s
}

const zero = () => ({ units: 0, minor: 0 })

function add(total, v) {
	total.units += v.variance?.lo ?? 0
	total.minor += v.value?.minor ?? 0
}
