// The walks of a count: who counts where, with which scanner.
import { html, useSignal } from '../vendor/preact.js'
import { devices } from '../stockhand.js'
import { moment } from '../format.js'
import { actorName, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { later, seldom } from '../parts/later.js'
import { Mark } from '../parts/mark.js'

const FinishDialog = later(() => import('./closing.js').then(m => m.FinishDialog))
const MoveDialog = seldom(() => import('./starting.js').then(m => m.MoveDialog))
const EmptyDialog = later(() => import('./closing.js').then(m => m.EmptyDialog))

const w = words.count

export function Passes({ store, onStart }) {
	const asking = useSignal(null) // {what, pass}
	const all = store.passes.all()
	const open = all.filter(p => !p.closed)
	const closed = all.filter(p => p.closed)
	const counting = store.count.value.state === 'open'
	const done = () => { asking.value = null }
	return html`<section class="card" aria-label=${w.passes}>
		<div class="head"><h2>${w.passes}</h2>
			${counting && open.length > 0 && html`<button type="button" class="button" onClick=${() => onStart(0)}><${Icon} name="plus" /><span>${w.startPass}</span></button>`}</div>
		${open.length === 0 && counting && html`<${Empty} icon="pin" title=${w.noPass} help=${passHelp()} />`}
		<ul class="passes">${open.map(p => html`<${Pass} key=${p.id} pass=${p} store=${store} onAsk=${what => { asking.value = { what, pass: p } }} />`)}</ul>
		${closed.length > 0 && html`<details class="closed-passes"><summary>${w.passClosed} <span class="tally">${closed.length}</span></summary>
			<ul class="rows">${closed.map(p => html`<li key=${p.id}><div class="who"><bdi>${placeOf(p)}</bdi><span class="soft">${w.passOf(actorName(p.person))} · ${moment(p.closed.at)}</span></div></li>`)}</ul></details>`}
		${asking.value?.what === 'finish' && html`<${FinishDialog} pass=${asking.value.pass} onClose=${done} />`}
		${asking.value?.what === 'empty' && html`<${EmptyDialog} pass=${asking.value.pass} onClose=${done} />`}
		${asking.value?.what === 'move' && html`<${MoveDialog} pass=${asking.value.pass} onClose=${done} />`}
	</section>`
}

export const passHelp = () => devices.labels.value ? `${w.noPassHelp} ${w.labelFirst}` : w.noPassHelp

export const placeOf = pass => [pass.zone, pass.bin].filter(Boolean).join(' · ') || w.whereNone

/** Nobody is kept out, but two who count the same goods should know. */
const Other = ({ other }) => other && html`<p><${Mark} state="incomplete" word=${w.together(actorName(other.person), moment(other.started.at))} /></p>`

function Pass({ pass, store, onAsk }) {
	return html`<li>
		<div class="pass-place"><${Icon} name="pin" /><strong><bdi>${pass.bin || w.whereNone}</bdi></strong>${pass.zone && html`<span class="soft"><bdi>${pass.zone}</bdi></span>`}</div>
		<p class="soft">${w.passOf(actorName(pass.person))}${pass.round > 0 && html` · ${w.round(pass.round)}`}${pass.device && pass.device !== pass.person.id && html` · <bdi title=${pass.device}>${scannerName(pass.device)}</bdi>`}</p>
		${pass.together?.map(id => html`<${Other} key=${id} other=${store.passes.at(id)?.value} />`)}
		<div class="deeds"><${Act} run=${() => onAsk('move')}>${w.move}<//>${pass.bin && html`<${Act} run=${() => onAsk('empty')}>${w.empty}<//>`}<${Act} icon="check" run=${() => onAsk('finish')}>${w.finishPass}<//></div>
	</li>`
}
