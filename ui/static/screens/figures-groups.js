// The figures of parts of a count, and of the people who counted. Nobody is ranked:
// the order is that of the names.
import { html } from '../vendor/preact.js'
import { age, number } from '../format.js'
import { actorName } from '../scanners.js'
import { figures as w } from '../words-plan.js'
import { Bar, Verdict, ends, percent, shareOnly } from './figures-values.js'

const MS = 1e6 // nanoseconds of one

/** A scanner that nobody took up counts under its own name. */
const person = id => actorName({ kind: id.includes(':') && !id.startsWith('local:') ? 'device' : 'person', id }) || w.none.counters

export const Groups = ({ figures: f }) => Object.keys(w.groups).map(by => f[by].length > 0 && html`<section key=${by} class="card">
	<div class="head"><h2>${w.groups[by]}</h2></div>
	${w.groupsHelp[by] && html`<p class="help inset">${w.groupsHelp[by]}</p>`}
	<div class="inset"><table class="plain"><caption class="heard-only">${w.groups[by]}</caption>
		<thead><tr><th><span class="heard-only">${w.columns.name}</span></th><th class="n">${w.columns.items}</th><th class="n">${w.columns.match}</th><th class="n">${w.columns.hit}</th></tr></thead>
		<tbody>${f[by].map(g => html`<${Group} key=${`${g.name} ${g.several}`} group=${g} by=${by} />`)}</tbody></table></div>
</section>`)

function Group({ group: g, by }) {
	const name = g.several ? w.several[by] : !g.name ? w.none[by] : by === 'counters' ? person(g.name) : g.name
	const { exact, hit_rate, items } = g.accuracy
	return html`<tr><td><strong><bdi>${name}</bdi></strong></td><td class="n">${number(items)}</td><td class="n">${shareOnly(exact)}</td><td class="n">${shareOnly(hit_rate)}</td></tr>
		${items > 0 && html`<tr><td colspan="4" style=${{ border: 0, paddingBlockStart: 0 }}>
			<${Bar} lo=${exact.lo / exact.of} hi=${exact.hi / exact.of} /><${Verdict} verdict=${g.investigate} words=${w.investigate} /></td></tr>`}`
}

export function Agreement({ list }) {
	if (list.length === 0) return null
	return html`<section class="card"><div class="head"><h2>${w.agreement}</h2></div><p class="help inset">${w.agreementHelp}</p>
		<ul class="rows">${list.map(a => html`<li key=${a.counter}><div class="who"><bdi>${person(a.counter)}</bdi>
			<span>${a.rate ? w.agreed(a.rate.equal, a.lines, percent(a.rate.share), ends(a.rate, percent)) : w.tooFew(a.lines)}</span>
			${a.rate && html`<${Bar} lo=${a.rate.lo} hi=${a.rate.hi} />`}
			${a.unclear > 0 && html`<span class="soft">${w.unclear(a.unclear)}</span>`}</div></li>`)}</ul></section>`
}

export function Pace({ figures: { speed, speeds, finish } }) {
	return html`<section class="card"><div class="head"><h2>${w.pace}</h2></div>
		${finish && html`<div class="inset"><${Finish} finish=${finish} /></div>`}
		<div class="inset">${speed.units === 0 && speed.lines === 0 ? html`<p class="soft">${w.paceNone}</p>` : html`<table class="plain"><caption class="heard-only">${w.pace}</caption>
			<thead><tr><th>${w.columns.counter}</th><th class="n">${w.columns.lines}</th><th class="n">${w.columns.units}</th><th class="n">${w.columns.active}</th></tr></thead>
			<tbody>${speeds.map(s => html`<${Speed} key=${s.counter} speed=${s} name=${person(s.counter)} />`)}
				${speeds.length > 1 && html`<${Speed} speed=${speed} name=${w.together} />`}</tbody></table>`}</div>
	</section>`
}

const Speed = ({ speed: s, name }) => html`<tr><td><bdi>${name}</bdi></td>
	<td class="n">${s.lines_per_hour ? number(Math.round(s.lines_per_hour)) : w.short}</td>
	<td class="n">${s.units_per_hour ? number(Math.round(s.units_per_hour)) : w.short}</td><td class="n">${age(s.active / MS)}</td></tr>`

function Finish({ finish: f }) {
	return html`<h3>${w.finish}</h3>
		<p>${f.known ? html`<strong>${w.through(age(f.early / MS), age(f.late / MS))}</strong>, ${w.likely(age(f.likely / MS))}.` : w.notYet}</p>
		<p class="soft">${w.remaining(f.remaining, f.working)}</p>`
}
