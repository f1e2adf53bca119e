// Teaching a barcode: the item is chosen among those that lie beside it, looked for, or
// scanned.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { unknown } from '../words-unknown.js'
import { Act } from '../parts/act.js'
import { Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { tell } from '../parts/notices.js'
import { Chosen, Find } from './quantity.js'

const w = unknown.dialog
const MOST = 9_999 // a longer number is a barcode in the wrong field
const ATTEMPTS = 1_000 // each counts a part of the scans

/**
 * Teaches a barcode and says what that counted.
 * @param {{text: string, item: string, pack: number}} what
 * @param {string} name of the item
 */
export async function teach(what, name) {
	const said = [w.taught(what.text, what.pack, name)]
	let scans = 0, units = 0, outcome
	for (let n = 0; n < ATTEMPTS; n++) {
		outcome = await live.command('catalog.teach', what)
		if (n === 0) said.push(...outcome.warnings ?? [])
		for (const c of outcome.counted ?? []) {
			scans += c.scans
			units += c.units
		}
		if (!outcome.more || !outcome.counted?.length) break
	}
	if (scans > 0) said.push(w.counted(scans, units))
	tell(said.join(' '))
	return outcome
}

export function TeachDialog({ code, store, onClose, onDone }) {
	const item = useSignal(code.case ?? null) // {item, name, sku}
	const text = useSignal('')
	const found = useSignal([])
	const pack = useSignal(code.case ? '' : '1')
	const wrong = useSignal('')
	const scan = useSignal(/** @type {any} */ (null)) // the one that chose the item
	useEffect(() => {
		if (!store) return
		store.onScan = s => {
			if (s.op !== 'add' || !s.item || s.voids) return
			item.value = { item: s.item, name: s.name, sku: s.sku }
			scan.value = s
		}
		return () => { store.onScan = () => {} }
	}, [store])
	const run = async () => {
		const n = /^\d{1,4}$/.test(pack.value.trim()) ? Number(pack.value) : 0
		if (!(n >= 1 && n <= MOST)) return wrong.value = w.badPack
		if (!item.value) return wrong.value = w.noItem
		onDone(await teach({ text: code.text, item: item.value.item, pack: n }, item.value.name))
	}
	const undo = async () => {
		await live.command('entry.void', { seq: scan.value.seq })
		scan.value = null
		tell(w.undone)
	}
	return html`<${Dialog} title=${w.title(code.text)} lead=${store ? w.lead : w.leadAlone} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="check" run=${run}>${w.run}<//>`}>
		${item.value ? html`<${Chosen} item=${item.value} onChange=${() => { item.value = scan.value = null }} />`
			: html`<${Near} near=${code.near} onPick=${i => { item.value = i }} /><${Find} text=${text} found=${found} onPick=${i => { item.value = i }} />`}
		${scan.value && html`<p class="help">${w.scanned} <${Act} kind="quiet" icon="undo" run=${undo}>${w.undo}<//></p>`}
		<${Field} label=${w.pack} help=${w.packHelp}><input inputmode="numeric" autocomplete="off" data-first=${Boolean(code.case)} value=${pack} onInput=${e => { pack.value = e.currentTarget.value }} /><//>
		${wrong.value && html`<p class="explained" role="alert">${wrong}</p>`}
	<//>`
}

/** What lies beside it is what it most likely is a pack of. */
function Near({ near, onPick }) {
	if (near.length === 0) return null
	return html`<div class="find-item"><span class="label">${w.nearby}</span><ul class="found">${near.map(i => html`<li key=${i.item}>
		<button type="button" onClick=${() => onPick(i)}><bdi dir="auto">${i.name}</bdi><span class="soft"><bdi>${i.sku}</bdi></span></button></li>`)}</ul></div>`
}

/** Says of which scans nothing was changed, and why. */
export const LeftDialog = ({ title, left, onClose }) => html`<${Dialog} title=${title} onClose=${onClose} actions=${html`<${Act} run=${onClose}>${words.close}<//>`}>
	<ul class="rows">${left.map(l => html`<li key=${`${l.count} ${l.why}`}><div class="who"><bdi>${l.name}</bdi><span class="soft">${w.left(l.scans, l.why)}</span></div></li>`)}</ul>
<//>`
