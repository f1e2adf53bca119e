// Why numbers do not match, and what to do about it: what the doctor found last, and a
// look of its own, with how far it is.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { address, go } from '../route.js'
import { moment } from '../format.js'
import { words } from '../words.js'
import { doctor as w } from '../words-doctor.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { Mark } from '../parts/mark.js'
import { tell } from '../parts/notices.js'
import { Title } from '../parts/title.js'

const marks = { broken: 'paused', warning: 'conflict', fine: 'ok' }
const tones = { broken: 'error', warning: 'warn' }

export function DoctorScreen() {
	const state = useSignal(/** @type {any} */ (null))
	const asked = useSignal(false)
	useEffect(() => {
		let timer = 0, gone = false
		const look = () => live.command('doctor.state', {}).then(s => { state.value = s }, () => {}) // it is looked again
			.then(() => { if (!gone) timer = setTimeout(look, asked.value || state.value?.running ? 500 : 10_000) })
		look()
		return () => { gone = true; clearTimeout(timer) }
	}, [asked.value])
	const run = async () => {
		asked.value = true
		try {
			const report = await live.command('doctor.run', {})
			state.value = { report }
		} finally {
			asked.value = false
		}
	}
	const s = state.value
	const running = s?.running
	return html`<div class="screen">
		<header class="screen-head"><div class="count-name">
			<a class="icon-button" href=${address('upload')} aria-label=${w.back} title=${w.back}><${Icon} name="left" /></a>
			<${Title} text=${w.title} />
		</div><${Act} kind="main" icon="again" disabled=${Boolean(running)} run=${run}>${s?.report ? w.again : w.look}<//></header>
		<p class="help">${w.lead}</p>
		${(running || asked.value) && html`<p role="status" class="card inset">${running ? w.doing(running.done, running.of, running.title) : w.begins}
			<progress max=${running?.of ?? 1} value=${running?.done ?? 0} /></p>`}
		${!s && html`<p class="soft" role="status">${words.loading}</p>`}
		${s && !s.report && !running && !asked.value && html`<section class="card"><${Empty} icon="question" title=${w.none} help=${w.noneHelp} /></section>`}
		${s?.report && html`<${Report} report=${s.report} />`}
	</div>`
}

function Report({ report }) {
	const wrong = report.findings.filter(f => f.severity !== 'fine')
	const fine = report.findings.filter(f => f.severity === 'fine')
	return html`<p class="soft">${w.asOf(moment(report.at))}</p>
		${wrong.length === 0 && html`<section class="card"><${Empty} icon="check" title=${w.well} help=${w.wellHelp} /></section>`}
		${wrong.map((f, i) => html`<${Finding} key=${i} finding=${f} />`)}
		${fine.length > 0 && html`<details class="card requests"><summary class="head"><h2>${w.fine(fine.length)}</h2></summary>
			<ul class="rows">${fine.map((f, i) => html`<li key=${i}><div class="who"><span>${f.what}</span><span class="soft">${f.means} ${f.do}</span></div></li>`)}</ul></details>`}`
}

function Finding({ finding: f }) {
	const rest = (f.total ?? 0) - (f.items ?? []).length
	return html`<section class="card unknown" data-tone=${tones[f.severity]} data-code=${f.code}>
		<div class="head"><h2>${f.what}</h2><${Mark} state=${marks[f.severity]} word=${w.severity[f.severity]} /></div>
		<p class="inset">${f.means} ${f.do && html`<strong>${f.do}</strong>`}</p>
		${f.evidence && html`<details class="closed-passes"><summary>${w.shows(f.evidence.length)}</summary>
			<ul>${f.evidence.map((e, i) => html`<li key=${i}><bdi dir="auto">${e}</bdi></li>`)}</ul>${rest > 0 && html`<p class="soft">${w.more(rest)}</p>`}</details>`}
		${f.action && html`<p class="inset"><${Act} run=${() => act(f.action)}>${f.action.label}<//></p>`}
	</section>`
}

/** What may be the reason of a closed count's differences. Nothing is said while nobody knows. */
export function Reasons({ id }) {
	const found = useSignal(/** @type {any[]} */ ([]))
	useEffect(() => {
		let gone = false
		live.command('doctor.count', { count: id }).then(f => { if (!gone) found.value = f }, () => {}) // the review goes on without
		return () => { gone = true }
	}, [id])
	return found.value.map((f, i) => html`<${Finding} key=${i} finding=${f} />`)
}

/** Does what a finding offers, and goes to the count where one was opened. */
async function act(action) {
	const done = await live.command(action.op, action.args ?? {})
	tell(w.done)
	if (['count.open', 'plan.open'].includes(action.op) && done?.id) go('count', done.id)
}
