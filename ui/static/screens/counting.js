// The counting side of a count: the last scan, large enough for two steps away,
// and under it everything that was entered.
import { html, useComputed, useEffect, useSignal } from '../vendor/preact.js'
import { counts as allCounts, devices, live } from '../stockhand.js'
import { takeKeyboardCodes } from '../keyboard.js'
import { number } from '../format.js'
import { ownScanner } from '../scanners.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Icon } from '../parts/icon.js'
import { call, complain, settle, warn } from '../parts/notices.js'
import { play } from '../sound.js'
import { seldom } from '../parts/later.js'
import { Mark, toneOf } from '../parts/mark.js'
import { counts, figureOf, isOutside, nameOf, nextIs, remedy, sound, stateOf, warnings } from './entry.js'
import { Lines } from './lines.js'
import { Passes, placeOf } from './passes.js'
import { QuantityDialog } from './quantity.js'
import { Scans, TakeIn } from './scans.js'

const Recounts = seldom(() => import('./recounts.js').then(m => m.Recounts))
const Unknown = seldom(() => import('./unknown-card.js').then(m => m.Unknown))
const StartDialog = seldom(() => import('./starting.js').then(m => m.StartDialog))

const Left = seldom(() => import('./left.js').then(m => m.Left))

const w = words.count
const OURS = /^SH\./i // labels, commands and badges are no goods
const LABEL = /^SH\.[BZ]\./i

export function Counting({ store }) {
	const typing = useSignal(null) // what the quantity dialog begins with
	const starting = useSignal(null) // the round of the pass to start
	useEffect(() => {
		store.onScan = sound
		const stop = takeKeyboardCodes(code => {
			const typed = !isWalking(store) && !OURS.test(code) && store.passes.all().some(p => !p.closed)
			if (typed) typing.value = { code }
			else scanHere(store, code)
			return !typed
		})
		return () => { store.onScan = () => {}; stop() }
	}, [store])
	const type = what => { typing.value = what ?? {} }
	const start = round => { starting.value = { round } }
	return html`<div class="counting">
		<div class="stage">
			<${Next} store=${store} />
			<${LastScan} store=${store} />
			<${Deeds} store=${store} onType=${type} onStart=${start} />
			${store.recounts.keys.value.length > 0 && html`<${Recounts} store=${store} onStart=${start} />`}
			<${Passes} store=${store} onStart=${start} />
		</div>
		<div class="record">
			<${Left} store=${store} onType=${type} />
			<${Receipt} store=${store} />
			${store.unknown.keys.value.length > 0 && html`<${Unknown} store=${store} />`}
			<${Scans} store=${store} />
			<${Lines} store=${store} onType=${type} />
		</div>
		${typing.value && html`<${QuantityDialog} store=${store} start=${typing.value} onClose=${() => { typing.value = null }} />`}
		${starting.value && html`<${StartDialog} store=${store} round=${starting.value.round} onClose=${() => { starting.value = null }} />`}
	</div>`
}

/** Whether a pass takes what is scanned into this page. */
const isWalking = store => store.passes.all().some(p => !p.closed && p.device === ownScanner())

/**
 * Hands the agent what a scanner typed into this page. What became of it comes as an entry.
 * A label begins a pass, by itself where one count is open. What nobody's pass takes is kept.
 */
async function scanHere(store, raw) {
	const open = c => c.state === 'open'
	if (LABEL.test(raw) && open(store.count.value) && allCounts.counts.all().filter(open).length > 1 && !devices.devices.at(ownScanner())?.value.pass) {
		live.command('pass.open', { count: store.count.value.id, device: ownScanner() }).catch(complain)
	}
	try {
		const { heard } = await live.entry('scan.read', { raw })
		if (isWalking(store) || ['moved', 'counted', 'badge'].includes(heard)) return settle()
		play('refused')
		warn(w.unowned(raw))
		call(w.unowned(raw))
	} catch (problem) {
		complain(problem)
	}
}

/** What was said of the next item of each pass: it must not be forgotten. */
function Next({ store }) {
	const open = store.passes.all().filter(p => !p.closed)
	return open.filter(p => p.awaited).map(p => html`<section key=${p.id} class="card next" data-tone="warn" role="status">
		<h2><${Mark} big state="awaiting" word=${nextIs(p.awaited.times, p.awaited.condition === 'damaged')} />${open.length > 1 && html` <span class="soft"><bdi>${placeOf(p)}</bdi></span>`}</h2>
	</section>`)
}

function LastScan({ store }) {
	const scan = store.heard.value
	if (!scan) return html`<section class="last card" data-tone="calm" aria-label=${w.lastTitle}>
		<div class="last-empty"><${Icon} name="scanner" /><h2>${w.lastNone}</h2><p class="soft">${w.lastNoneHelp} ${devices.labels.value && w.labelFirst}</p></div>
	</section>`
	const state = stateOf(scan)
	const figure = figureOf(scan)
	return html`<section class="last card" data-tone=${toneOf(state)} aria-label=${w.lastTitle}>
		<h2><bdi dir="auto">${nameOf(scan)}</bdi></h2>
		<p class="soft last-place"><span><bdi>${scan.sku}</bdi></span>${scan.bin && html`<span class="bin"><${Icon} name="pin" /><bdi>${scan.bin}</bdi></span>`}</p>
		<p class="last-figure" data-long=${figure.length > 4}>${figure}</p>
		<p class="last-state"><${Mark} big state=${state} word=${w.states[state]} />
			${scan.line_counted != null && state !== 'first' && !scan.voided && html`<span class="soft">${w.inLine}</span>`}</p>
		${scan.meaning && !scan.command && html`<p class="soft"><bdi>${scan.meaning}</bdi></p>`}
		<p class="soft">${warnings(scan)}</p>
		<p><strong>${remedy(scan)}</strong></p>
		${isOutside(scan) && store.count.value.state === 'open' && html`<p><${TakeIn} store=${store} scan=${scan} /></p>`}
	</section>`
}

/** What the thumb reaches: undo, type, begin. */
function Deeds({ store, onType, onStart }) {
	const walking = useComputed(() => store.passes.all().some(p => !p.closed))
	const open = useComputed(() => store.count.value.state === 'open')
	if (!walking.value) {
		return open.value && html`<div class="thumb"><button type="button" class="button main" onClick=${() => onStart(0)}><${Icon} name="scanner" /><span>${w.startPass}</span></button></div>`
	}
	return html`<div class="thumb">
		<${UndoLast} store=${store} />
		<button type="button" class="button main" onClick=${() => onType()}><${Icon} name="equal" /><span>${w.typed}</span></button>
	</div>`
}

function UndoLast({ store }) {
	const said = useComputed(() => store.passes.all().map(p => p.closed ? 0 : p.awaited?.seq ?? 0))
	const last = useComputed(() => store.scans.all().find(counts)?.seq ?? 0)
	const seq = Math.max(last.value, ...said.value)
	return html`<${Act} icon="undo" kind="plain tall" disabled=${!seq} run=${() => live.command('entry.void', { seq })}>${w.undoLast}<//>`
}

/** Everything that was heard is somewhere: the numbers add up in sight of all. */
function Receipt({ store }) {
	const t = store.count.value.tally
	const counted = t.entries - t.voided - t.noted
	return html`<section class="card receipt" aria-label=${w.receipt}>
		<dl class="figures">
			<div><dt>${w.lines}</dt><dd>${number(t.lines)}</dd></div>
			<div><dt>${w.units}</dt><dd>${number(t.units)}</dd></div>
		</dl>
		<p class="sum"><span><b>${number(t.entries)}</b> ${w.heard}</span><i aria-hidden="true">=</i><span><b>${number(counted)}</b> ${w.counted}</span><i aria-hidden="true">+</i><span><b>${number(t.voided)}</b> ${w.undone}</span><i aria-hidden="true">+</i><span><b>${number(t.noted)}</b> ${w.kept}</span></p>
		<p class="help">${w.receiptHelp}</p>
	</section>`
}
