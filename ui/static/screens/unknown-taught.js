// The barcodes that were taught: by whom, when, and what is wrong with one by now.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { moment, number } from '../format.js'
import { actorName } from '../scanners.js'
import { words } from '../words.js'
import { unknown } from '../words-unknown.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { tell } from '../parts/notices.js'

const w = unknown.taught

export function TaughtList({ list, onDone }) {
	const leaving = useSignal('')
	return html`<section class="card" aria-label=${w.title}>
		<div class="head"><h2>${w.title}</h2><span class="tally">${number(list.length)}</span></div>
		<p class="help inset">${w.help}</p>
		<ul class="rows">${list.map(t => html`<li key=${t.text}>
			<div class="who"><bdi dir="ltr" class="code">${t.text}</bdi><span>${w.is(t.pack, t.name)}</span>
				<span class="soft">${w.when(moment(t.at), actorName(t.by))}</span>${t.warning && html`<strong>${t.warning}</strong>`}</div>
			<${Act} kind="quiet" label=${w.forgetOf(t.text)} run=${() => { leaving.value = t.text }}>${w.forget}<//></li>`)}</ul>
		${leaving.value && html`<${Forget} text=${leaving.value} onClose=${() => { leaving.value = '' }} onDone=${onDone} />`}
	</section>`
}

function Forget({ text, onClose, onDone }) {
	const run = async () => {
		let done, scans = 0
		do { // a part of the scans at a time
			done = await live.command('catalog.forget', { text })
			for (const c of done.undone ?? []) scans += c.scans
		} while (done.more)
		tell(w.forgotten(text, scans))
		onClose()
		onDone(done)
	}
	return html`<${Dialog} title=${w.forgetTitle(text)} lead=${w.forgetLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="danger" run=${run}>${w.forget}<//>`} />`
}
