// A count in figures: how well the books said what was there, what is missing, what to
// look into, and how fast was counted. The agent reckons and judges; here is only shown.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live, counts } from '../stockhand.js'
import { useTopic, Review as Store } from '../live/topics.js'
import { address } from '../route.js'
import { money, moment, number } from '../format.js'
import { figures as w, plan } from '../words-plan.js'
import { Act } from '../parts/act.js'
import { Icon } from '../parts/icon.js'
import { Looked, useLook } from '../parts/look.js'
import { Title } from '../parts/title.js'
import { Detail } from './detail.js'
import { Bar, Nothing, Verdict, amount, metric, percent, ratio, share, shareOnly, toneOf } from './figures-values.js'
import { Agreement, Groups, Pace } from './figures-groups.js'
import { Certificate, Hints, Investigations } from './figures-hints.js'

export function FiguresScreen({ id }) {
	const store = useTopic(live, () => new Store(`review/${id}`), [id])
	useEffect(() => live.subscribe(counts.topic, counts), [])
	const looking = useSignal('')
	const { shown, problem, look } = useLook(async () => ({ ...await live.command('count.metrics', { count: id }), at: live.now() }), w.failed)
	const count = counts.counts.at(id)?.value
	const row = looking.value && store.rows.at(looking.value)
	const onLook = item => { looking.value = item }
	return html`<div class="screen">
		<p><a class="back" href=${address('count', id, 'review')}><${Icon} name="left" />${w.back}</a></p>
		<header class="screen-head"><${Title} text=${count ? w.of(count.name) : w.title} />
			${shown.value && html`<span><span class="soft" role="status">${plan.asOf(moment(shown.value.at))}</span> <${Act} kind="quiet" icon="again" run=${look}>${plan.again}<//></span>`}</header>
		<${Looked} shown=${shown} problem=${problem} />
		${shown.value && html`<${All} figures=${shown.value} count=${count} rows=${store.rows} onLook=${onLook} />`}
		${row && html`<${Detail} count=${id} closed=${count?.state === 'closed'} row=${row} onClose=${() => { looking.value = '' }} />`}
	</div>`
}

function All({ figures: f, count, rows, onLook }) {
	const compared = f.accuracy.items > 0
	return html`<div class="pairing">
		<div class="record">
			${compared ? html`<${Summary} figures=${f} />` : html`<${Nothing} icon="equal" title=${w.nothing} help=${w.nothingHelp} />`}
			<${LeftOut} out=${f.left_out} />
			<${Certificate} count=${count} rows=${rows} onLook=${onLook} />
			${compared && html`<${Shrinkage} figures=${f} /><${Metrics} figures=${f} />`}
		</div>
		<div class="record">
			${compared && html`<${Investigations} list=${f.investigations} rows=${rows} onLook=${onLook} />`}
			<${Hints} figures=${f} rows=${rows} onLook=${onLook} />
			<${Pace} figures=${f} />
			${compared && html`<${Groups} figures=${f} />`}
			<${Agreement} list=${f.agreement} />
		</div>
	</div>`
}

function Summary({ figures: { accuracy: a, over_limit, investigate } }) {
	return html`<section class="card summary"><dl class="figures" style=${{ gridTemplateColumns: 'repeat(auto-fit, minmax(9rem, 1fr))' }}>
		<div><dt>${w.match}</dt><dd>${shareOnly(a.exact)}</dd></div>
		<div><dt>${w.hit}</dt><dd>${shareOnly(a.hit_rate)}</dd></div>
		<div><dt>${w.overLimit}</dt><dd>${shareOnly(over_limit)}</dd></div>
	</dl><p class="inset">${plan.all} <${Verdict} verdict=${investigate} words=${w.investigate} /></p></section>`
}

function LeftOut({ out }) {
	const parts = Object.entries(w.left).filter(([name]) => out[name] > 0)
	if (parts.length === 0) return null
	const all = parts.reduce((sum, [name]) => sum + out[name], 0)
	return html`<p class="explained"><strong>${w.leftOut(all)}:</strong> ${parts.map(([name, say]) => say(out[name])).join(', ')}.</p>`
}

function Shrinkage({ figures: f }) {
	const limit = f.rules.shrinkage_basis_points / 10_000
	return html`<section class="card"><div class="head"><h2>${w.shrinkage}</h2><span class="tally">${w.limit(percent(limit))}</span></div>
		${f.shrinkage.length === 0 && html`<p class="inset">${w.noMoney}</p>`}
		${f.shrinkage.map(s => html`<div key=${s.currency} class="inset record">
			${s.rates.map(r => html`<${Rate} key=${r.of} rate=${r} limit=${limit} />`)}
			<p class="soft">${f.sales_from ? w.salesFrom(moment(f.sales_from)) : w.noSales}</p>
			<table class="plain"><caption class="help" style=${{ textAlign: 'start' }}>${w.amountsTitle(s.currency)}</caption>
				<tbody>${Object.entries(w.amounts).map(([name, label]) => html`<tr key=${name}><td>${label}</td><td class="n">${typeof s[name] === 'number' ? money({ minor: s[name], currency: s.currency }, 'auto') : amount(s[name])}</td></tr>`)}</tbody></table>
		</div>`)}
	</section>`
}

function Rate({ rate, limit }) {
	const [name, formula] = w.rates[rate.of] ?? [rate.of, '']
	return html`<div class="learned"><h3>${name}: ${ratio(rate.loss)}</h3>
		<p><${Verdict} verdict=${rate.verdict} words=${w.verdicts} /></p>
		${rate.loss.known && html`<${Bar} lo=${rate.loss.lo} hi=${rate.loss.hi} most=${Math.max(rate.loss.hi, 2 * limit) * 1.1} limit=${limit} tone=${toneOf(rate.verdict)} />`}
		<p class="help">${formula}${rate.net.known && html` · ${w.net(ratio(rate.net))}`}</p></div>`
}

/** Shares of all items are drawn; sums of units and money have no whole to be drawn of. */
function Metrics({ figures: f }) {
	return html`<section class="card"><div class="head"><h2>${w.metrics}</h2></div><p class="help inset">${w.metricsHelp}</p>
		<ul class="rows">${f.definitions.map(d => {
			const v = f.accuracy[d.key]
			return html`<li key=${d.key}><div class="who"><span>${d.name}</span><span>${metric(f.accuracy, d.key)}</span>
				${v?.of > 0 && !('known' in v) && html`<${Bar} lo=${v.lo / v.of} hi=${v.hi / v.of} />`}
				<span class="help">${d.formula}</span></div></li>`
		})}</ul>
	</section>`
}
