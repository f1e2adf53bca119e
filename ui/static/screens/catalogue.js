// How new the catalogue is, how far a reading of it is, and what is to be said about
// its items.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { isSet, moment } from '../format.js'
import { catalogue as w } from '../words-catalogue.js'
import { Explained } from '../parts/empty.js'

const SHOWN = 50

export function Catalogue() {
	const state = useSignal(/** @type {any} */ (null))
	useEffect(() => {
		let timer = 0, gone = false
		const look = () => live.command('catalog.state', {}).then(s => { state.value = s }, () => {}) // it is looked again
			.then(() => { if (!gone) timer = setTimeout(look, state.value?.running ? 3_000 : 60_000) })
		look()
		return () => { gone = true; clearTimeout(timer) }
	}, [])
	const s = state.value
	if (!s || !isSet(s.full) && !s.running) return null
	return html`<section class="card">
		<div class="head"><h2>${w.title}</h2><span class="tally">${w.items(s.items)}</span></div>
		${s.running && html`<p class="inset" role="status">${w.running(s.words)}</p>`}
		${isSet(s.full) && html`<p class="help inset">${w.whole(moment(s.full))} ${isSet(s.fresh) && w.fresh(moment(s.fresh))}</p>`}
		<${Explained} problem=${s.problem} />
		${s.findings.length > 0 && html`<details class="inset"><summary>${w.look(s.findings.length)}</summary>
			<ul class="rows">${s.findings.slice(0, SHOWN).map((f, i) => html`<li key=${i}><div class="who"><span>${f.what}</span><span class="soft">${f.means} ${f.do}</span></div></li>`)}</ul></details>`}
	</section>`
}
