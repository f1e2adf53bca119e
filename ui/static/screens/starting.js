// Where a pass begins, and where it goes on without a label to scan.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live, devices } from '../stockhand.js'
import { ownScanner, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Choice, Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { passHelp } from './passes.js'
import { isReady, isWanted } from './strip.js'

const w = words.count

export function MoveDialog({ pass, onClose }) {
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
