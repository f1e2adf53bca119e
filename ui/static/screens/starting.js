// Where a pass begins, and where it goes on without a label to scan: in a place that is
// known, unless one says that it is new.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live, devices } from '../stockhand.js'
import { ownScanner, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { places as w } from '../words-places.js'
import { Act } from '../parts/act.js'
import { Choice, Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { passHelp } from './passes.js'
import { isReady, isWanted } from './strip.js'

const SUGGESTED = 50

/** @typedef {{zones: string[], bins: {bin: string, zone?: string}[]}} Places */

/** What the catalogue knows; nothing while the agent is away. */
function usePlaces() {
	const known = useSignal(/** @type {Places} */ ({ zones: [], bins: [] }))
	useEffect(() => { live.command('place.choices').then(p => { known.value = p }, () => {}) }, [])
	return known
}

/** Carries something out in a place; one that is not known only after a question. */
function useQuestion(run) {
	const problem = useSignal(/** @type {any} */ (null))
	return {
		question: problem.value && html`<p class="explained" role="alert"><strong>${problem.value.what}</strong> ${w.isNew}</p>`,
		asks: problem.value !== null,
		forget: () => { problem.value = null },
		run: async () => {
			try {
				await run(problem.value ? { new: true } : {})
			} catch (/** @type {any} */ failure) {
				if (problem.value || !failure?.code?.startsWith('no_such_')) throw failure
				problem.value = failure
			}
		},
	}
}

/** @param {{label: string, list: string, value: any, options: string[], placeholder: string, first?: boolean, scans?: boolean, onValue: (text: string) => void}} props */
function Known({ label, list, value, options, placeholder, first, scans, onValue }) {
	const typed = value.value.trim().toLowerCase()
	const shown = options.filter(o => o.toLowerCase().includes(typed)).slice(0, SUGGESTED)
	return html`<${Field} label=${label}><input data-first=${first} data-wedge=${scans} list=${list} autocomplete="off" value=${value} placeholder=${placeholder} onInput=${e => onValue(e.currentTarget.value)} />
		<datalist id=${list}>${shown.map(o => html`<option key=${o} value=${o} />`)}</datalist><//>`
}

export function MoveDialog({ pass, onClose }) {
	const known = usePlaces()
	const bin = useSignal('')
	const ask = useQuestion(async more => {
		await live.command('pass.move', { pass: pass.id, bin: bin.value.trim(), ...more })
		onClose()
	})
	return html`<${Dialog} title=${w.move} onClose=${onClose} actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="right" run=${ask.run}>${ask.asks ? w.useNew : w.go}<//>`}>
		<${Known} first scans label=${w.bin} list="bins" value=${bin} placeholder=${w.placeholder} options=${known.value.bins.map(b => b.bin)} onValue=${text => { bin.value = text; ask.forget() }} />
		${ask.question}
	<//>`
}

/** Where the first of what is to be counted once more was counted. */
function binOfRecount(store, round) {
	const named = round ? store.recounts.peek().find(r => r.round === round)?.named ?? [] : []
	const lines = store.lines.peek().filter(l => l.round < round)
	return named.map(i => lines.find(l => l.item === i.id)?.bin).find(Boolean) ?? ''
}

export function StartDialog({ store, round, onClose }) {
	useEffect(() => live.subscribe(devices.topic, devices), [])
	const id = store.count.peek().id
	const known = usePlaces()
	const bin = useSignal(binOfRecount(store, round))
	const zone = useSignal(bin.peek() ? '' : store.passes.peek().at(-1)?.zone ?? '')
	const free = devices.devices.all().filter(d => !d.pass && isWanted(d))
	const taken = devices.devices.all().filter(d => d.pass)
	const device = useSignal(free.find(isReady)?.device ?? '')
	const zoneOf = name => known.value.bins.find(b => b.bin === name)?.zone
	const inZone = known.value.bins.filter(b => !known.value.zones.includes(zone.value) || b.zone === zone.value)
	const ask = useQuestion(async more => {
		await live.command('pass.open', { count: id, zone: zone.value.trim(), bin: bin.value.trim(), device: device.value, round, ...more })
		onClose()
	})
	useEffect(() => { zone.value ||= zoneOf(bin.value) ?? '' }, [known.value])
	const pickBin = text => {
		bin.value = text
		zone.value = zoneOf(text.trim()) ?? zone.value // the bin says where it is
		ask.forget()
	}
	return html`<${Dialog} title=${round ? w.recount(round) : w.title} lead=${passHelp()} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="scanner" run=${ask.run}>${ask.asks ? w.useNew : w.start}<//>`}>
		<div class="pair">
			<${Known} label=${w.zone} list="zones" value=${zone} placeholder=${w.zonePlaceholder} options=${known.value.zones} onValue=${text => { zone.value = text; ask.forget() }} />
			<${Known} scans label=${w.bin} list="bins" value=${bin} placeholder=${w.placeholder} options=${inZone.map(b => b.bin)} onValue=${pickBin} />
		</div>
		${ask.question}
		<${Choice} stacked label=${w.scanner} name="scanner" value=${device.value} onPick=${v => { device.value = v }} options=${[
			...free.map(d => ({ value: d.device, label: scannerName(d.device), help: d.state?.sentence })),
			{ value: ownScanner(), label: words.thisBrowser, help: w.thisBrowserHelp },
			{ value: '', label: w.noScanner },
		]} />
		${taken.length > 0 && html`<p class="help">${taken.map(d => html`<bdi key=${d.device}>${scannerName(d.device)}</bdi>: ${w.taken}. `)}</p>`}
	<//>`
}
