// Typing a quantity: for many equal things, and where there is no scanner.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { takeKeyboardCodes } from '../keyboard.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Choice, Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { Icon } from '../parts/icon.js'
import { complain, tell, warn } from '../parts/notices.js'
import { play } from '../sound.js'
import { placeOf } from './passes.js'

const w = words.count
const MOST = 9_999 // a longer number may be a barcode in the wrong field
const LARGEST = 999_999
const LABEL = /^SH\.B\./i
const MOST_FOUND = 6
const PATIENCE = 200 // milliseconds without a key before the catalogue is asked

export function QuantityDialog({ store, start, onClose }) {
	const open = store.passes.all().filter(p => !p.closed)
	const pass = useSignal((open.findLast(p => p.person.id === live.person.value?.id) ?? open.at(-1))?.id ?? '')
	const item = useSignal(start.item ?? null) // {item, name, sku}
	const text = useSignal(start.code ?? '')
	const bin = useSignal(start.bin ?? null) // null: where the pass is
	const quantity = useSignal(start.quantity ?? '')
	const condition = useSignal('good')
	const wrong = useSignal('')
	const sure = useSignal(0) // the large quantity that was asked about
	const found = useSignal([])
	// A barcode says of what the quantity is, and counts nothing by itself. What it takes
	// the place of was scanned for nothing, which is said.
	useEffect(() => takeKeyboardCodes(code => {
		if (LABEL.test(code)) {
			bin.value = code
			return true
		}
		const before = item.value?.name ?? text.value
		item.value = null
		text.value = code
		if (!before) return true
		play('refused')
		warn(w.replaced(before))
		return false
	}), [])

	const run = async () => {
		const n = /^\d{1,6}$/.test(quantity.value.trim()) ? Number(quantity.value) : NaN
		const typed = text.value.trim()
		if (!(n <= LARGEST)) return wrong.value = w.badQuantity
		if (!item.value && !typed) return wrong.value = w.noItem
		if (n > MOST && sure.value !== n) {
			sure.value = n
			return wrong.value = w.large(n)
		}
		const chosen = item.value ?? found.value.find(i => i.sku.toLowerCase() === typed.toLowerCase())
		const what = { ...chosen ? { item: chosen.item } : { code: typed }, ...n > MOST && { large: true } }
		const place = bin.value === null ? {} : { bin: bin.value.trim() }
		const entered = await live.entry('entry.set', { pass: pass.value, ...what, ...place, quantity: n, condition: condition.value })
		onClose()
		tell(w.entered(n, chosen?.name ?? entered?.name ?? typed))
	}
	const here = open.find(p => p.id === pass.value)
	/** The quantity first, then the scan. */
	const before = async () => {
		if (!(Number(quantity.value) >= 1 && Number(quantity.value) <= MOST)) return wrong.value = w.badQuantity
		await live.command('pass.await', { pass: pass.value, times: Number(quantity.value), condition: condition.value })
		onClose()
	}
	const first = here?.device && !item.value && !text.value
	return html`<${Dialog} title=${w.typed} lead=${first ? `${w.typedHelp} ${w.thenHelp}` : w.typedHelp} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//>${first && html`<${Act} icon="scanner" run=${before}>${w.then}<//>`}<${Act} kind="main" icon="check" disabled=${!here} run=${run}>${w.enter}<//>`}>
		${item.value ? html`<${Chosen} item=${item.value} onChange=${() => { item.value = null }} />` : html`<${Find} text=${text} found=${found} onPick=${found => { item.value = found }} />`}
		<${Stepper} quantity=${quantity} onEnter=${run} />
		${wrong.value && html`<p class="explained" role="alert">${wrong}</p>`}
		<div class="pair">
			<${Field} label=${w.bin}><input data-wedge value=${bin.value ?? here?.bin ?? ''} onInput=${e => { bin.value = e.currentTarget.value }} /><//>
			<${Choice} label=${w.condition} name="condition" value=${condition.value} onPick=${v => { condition.value = v }}
				options=${Object.entries(w.conditions).map(([value, label]) => ({ value, label }))} />
		</div>
		${open.length > 1 && html`<${Choice} stacked label=${w.inPass} name="pass" value=${pass.value} onPick=${v => { pass.value = v }}
			options=${open.map(p => ({ value: p.id, label: placeOf(p), help: w.passOf(p.person?.id) }))} />`}
	<//>`
}

export function Chosen({ item, onChange }) {
	return html`<div class="chosen"><div class="who"><strong><bdi dir="auto">${item.name}</bdi></strong><span class="soft"><bdi>${item.sku}</bdi></span></div>
		<${Act} kind="quiet" run=${onChange}>${w.otherItem}<//></div>`
}

/** @param {{text: any, found: import('../vendor/preact.js').Signal<{item: string, name: string, sku: string}[]>, onPick: (found: any) => void}} props */
export function Find({ text, found, onPick }) {
	useEffect(() => {
		const wanted = text.value.trim()
		if (wanted.length < 2) return void (found.value = [])
		let stale = false
		const timer = setTimeout(async () => {
			const answer = await live.command('catalog.search', { text: wanted }).catch(() => [])
			if (!stale) found.value = (answer ?? []).slice(0, MOST_FOUND)
		}, PATIENCE)
		return () => { stale = true; clearTimeout(timer) }
	}, [text.value])
	return html`<div class="find-item">
		<${Field} label=${w.what}><input data-first=${!text.value} autocomplete="off" placeholder=${w.whatPlaceholder} value=${text} onInput=${e => { text.value = e.currentTarget.value }} /><//>
		${found.value.length > 0 && html`<ul class="found" aria-label=${words.search}>${found.value.map(i => html`<li key=${i.item}>
			<button type="button" onClick=${() => onPick(i)}><bdi dir="auto">${i.name}</bdi><span class="soft"><bdi>${i.sku}</bdi></span></button></li>`)}</ul>`}
	</div>`
}

function Stepper({ quantity, onEnter }) {
	const step = by => { quantity.value = String(Math.min(LARGEST, Math.max(0, (Number(quantity.value) || 0) + by))) }
	return html`<div class="field"><span class="label" id="quantity-label">${w.quantity}</span>
		<div class="stepper">
			<button type="button" class="button" aria-label=${w.less} onClick=${() => step(-1)}><${Icon} name="minus" /></button>
			<input data-first inputmode="numeric" autocomplete="off" aria-labelledby="quantity-label" value=${quantity} onInput=${e => { quantity.value = e.currentTarget.value }}
				onFocus=${e => e.currentTarget.select()} onKeyDown=${e => e.key === 'Enter' && onEnter().catch(complain)} />
			<button type="button" class="button" aria-label=${w.more1} onClick=${() => step(1)}><${Icon} name="plus" /></button>
		</div></div>`
}
