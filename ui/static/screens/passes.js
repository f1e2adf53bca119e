// The walks of a count: who counts where, with which scanner.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live, devices } from '../stockhand.js'
import { moment } from '../format.js'
import { actorName, ownScanner, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Choice, Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { later } from '../parts/later.js'
import { isReady, isWanted } from './strip.js'

const FinishDialog = later(() => import('./closing.js').then(m => m.FinishDialog))
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
		<ul class="passes">${open.map(p => html`<${Pass} key=${p.id} pass=${p} onAsk=${what => { asking.value = { what, pass: p } }} />`)}</ul>
		${closed.length > 0 && html`<details class="closed-passes"><summary>${w.passClosed} <span class="tally">${closed.length}</span></summary>
			<ul class="rows">${closed.map(p => html`<li key=${p.id}><div class="who"><bdi>${placeOf(p)}</bdi><span class="soft">${w.passOf(actorName(p.person))} · ${moment(p.closed.at)}</span></div></li>`)}</ul></details>`}
		${asking.value?.what === 'finish' && html`<${FinishDialog} pass=${asking.value.pass} onClose=${done} />`}
		${asking.value?.what === 'empty' && html`<${EmptyDialog} pass=${asking.value.pass} onClose=${done} />`}
		${asking.value?.what === 'move' && html`<${MoveDialog} pass=${asking.value.pass} onClose=${done} />`}
	</section>`
}

const passHelp = () => devices.labels.value ? `${w.noPassHelp} ${w.labelFirst}` : w.noPassHelp

export const placeOf = pass => [pass.zone, pass.bin].filter(Boolean).join(' · ') || w.whereNone

function Pass({ pass, onAsk }) {
	return html`<li>
		<div class="pass-place"><${Icon} name="pin" /><strong><bdi>${pass.bin || w.whereNone}</bdi></strong>${pass.zone && html`<span class="soft"><bdi>${pass.zone}</bdi></span>`}</div>
		<p class="soft">${w.passOf(actorName(pass.person))}${pass.round > 0 && html` · ${w.round(pass.round)}`}${pass.device && html` · <bdi title=${pass.device}>${scannerName(pass.device)}</bdi>`}</p>
		<div class="deeds"><${Act} run=${() => onAsk('move')}>${w.move}<//>${pass.bin && html`<${Act} run=${() => onAsk('empty')}>${w.empty}<//>`}<${Act} icon="check" run=${() => onAsk('finish')}>${w.finishPass}<//></div>
	</li>`
}

function MoveDialog({ pass, onClose }) {
	const bin = useSignal('')
	const run = async () => {
		await live.command('pass.move', { pass: pass.id, bin: bin.value.trim() })
		onClose()
	}
	return html`<${Dialog} title=${w.move} onClose=${onClose} actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="right" run=${run}>${w.moveNow}<//>`}>
		<${Field} label=${w.bin}><input data-first data-wedge value=${bin} placeholder=${w.binPlaceholder} onInput=${e => { bin.value = e.currentTarget.value }} /><//>
	<//>`
}

export function StartDialog({ store, round, onClose }) {
	useEffect(() => live.subscribe(devices.topic, devices), [])
	const id = store.count.peek().id
	const before = store.passes.peek().at(-1)
	const zone = useSignal(before?.zone ?? '')
	const bin = useSignal('')
	const free = devices.devices.all().filter(d => !d.pass && isWanted(d))
	const taken = devices.devices.all().filter(d => d.pass)
	const device = useSignal(free.find(isReady)?.device ?? '')
	const run = async () => {
		await live.command('pass.open', { count: id, zone: zone.value.trim(), bin: bin.value.trim(), device: device.value, round })
		onClose()
	}
	return html`<${Dialog} title=${round ? w.startRecount(round) : w.startPass} lead=${passHelp()} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="scanner" run=${run}>${w.start}<//>`}>
		<div class="pair">
			<${Field} label=${w.zone}><input value=${zone} placeholder=${w.zonePlaceholder} onInput=${e => { zone.value = e.currentTarget.value }} /><//>
			<${Field} label=${w.bin}><input data-wedge value=${bin} placeholder=${w.binPlaceholder} onInput=${e => { bin.value = e.currentTarget.value }} /><//>
		</div>
		<${Choice} stacked label=${w.scanner} name="scanner" value=${device.value} onPick=${v => { device.value = v }} options=${[
			...free.map(d => ({ value: d.device, label: scannerName(d.device), help: d.state?.sentence })),
			{ value: ownScanner(), label: words.thisBrowser, help: w.thisBrowserHelp },
			{ value: '', label: w.noScanner },
		]} />
		${taken.length > 0 && html`<p class="help">${taken.map(d => html`<bdi key=${d.device}>${scannerName(d.device)}</bdi>: ${w.scannerTaken}. `)}</p>`}
	<//>`
}
