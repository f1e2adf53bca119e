// What nobody counted in a zone, and what becomes of each of it: kept, gone, or looked
// for and not there. It tells no quantity.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { moment } from '../format.js'
import { words } from '../words.js'
import { zone as w } from '../words-zone.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Field, Toggle } from '../parts/field.js'
import { Mark } from '../parts/mark.js'
import { complain, tell } from '../parts/notices.js'

const keyOf = line => JSON.stringify([line.item, line.bin])

export function ZoneDialog({ store, onType, onClose }) {
	const count = store.count.peek().id
	const zone = useSignal(store.passes.peek().at(-1)?.zone ?? store.count.peek().scope?.zones?.[0] ?? '')
	const rest = useSignal(/** @type {any} */ (null))
	const chosen = useSignal(/** @type {Record<string, string>} */ ({}))
	const others = useSignal('')
	const anyway = useSignal(false)
	const left = useSignal(/** @type {Record<string, string>} */ ({})) // why something stays open
	const fetch = async () => { rest.value = await live.command('zone.uncounted', { count, zone: zone.value }) }
	useEffect(() => {
		chosen.value = {}
		others.value = ''
		fetch().catch(complain)
	}, [zone.value])
	const lines = rest.value?.lines ?? []
	const asOf = line => line.seen ? '' : chosen.value[keyOf(line)] || others.value
	const decisions = lines.filter(asOf).map(l => ({ item: l.item, bin: l.bin, as: asOf(l) }))
	const warned = rest.value?.walking?.length > 0 && decisions.some(d => d.as !== 'keep')
	const run = async () => {
		const done = await live.command('zone.settle', { count, zone: zone.value, decisions, anyway: anyway.value })
		left.value = Object.fromEntries((done.left_open ?? []).map(l => [keyOf(l), l.why]))
		chosen.value = {}
		others.value = ''
		if (done.kept + done.zeroed > 0) tell(w.decided(done.kept, done.zeroed))
		await fetch()
	}
	return html`<${Dialog} wide title=${w.title} lead=${w.lead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.close}<//><${Act} kind="main" icon="check" disabled=${decisions.length === 0 || warned && !anyway.value} run=${run}>${w.decide}<//>`}>
		${rest.value && html`<${Field} label=${w.zone}><select data-first value=${zone} onChange=${e => { zone.value = e.currentTarget.value }}>
			${['', ...rest.value.zones].map(z => html`<option key=${z} value=${z} selected=${z === zone.value}>${z || w.none}</option>`)}</select><//>`}
		${warned && html`<div data-tone="warn"><p><${Mark} state="incomplete" word=${w.walking(rest.value.walking.length)} /></p>
			<${Toggle} label=${w.anyway} on=${anyway.value} onTurn=${on => { anyway.value = on }} /></div>`}
		${rest.value && lines.length === 0 && html`<p>${w.nothing}</p>`}
		${lines.length > 0 && html`<p class="help">${w.help}</p>
			${lines.map(l => html`<${Line} key=${keyOf(l)} line=${l} why=${left.value[keyOf(l)]} onType=${onType && (() => { onClose(); onType({ item: l, bin: l.bin || null, quantity: '' }) })}
				as=${chosen.value[keyOf(l)] ?? ''} onPick=${as => { chosen.value = { ...chosen.value, [keyOf(l)]: as } }} />`)}
			${rest.value.total > lines.length && html`<p class="help">${w.more(rest.value.total - lines.length)}</p>`}
			<${Field} label=${w.all}><${Decision} value=${others.value} label=${w.all} walked onPick=${as => { others.value = as }} /><//>`}
	<//>`
}

function Line({ line, why, as, onPick, onType }) {
	const name = line.name || line.sku
	const note = line.seen ? w.seen(line.seen) : why ? `${why}.` : line.kept ? w.kept(line.kept, moment(line.kept_at)) : line.walked ? '' : w.notWalked
	const about = html`<bdi>${[line.sku, line.bin].filter(Boolean).join(' · ')}</bdi> ${note}`
	return line.seen ? html`<div class="field"><bdi class="label" dir="auto">${name}</bdi><span class="help">${about}</span>
			${onType && html`<${Act} label=${w.type(name)} run=${onType}>${words.count.typed}<//>`}</div>`
		: html`<${Field} label=${html`<bdi dir="auto">${name}</bdi>`} help=${about}><${Decision} value=${as} label=${w.of(name, line.bin)} walked=${line.walked} onPick=${onPick} /><//>`
}

/** Where nobody has been, nobody knows that something is gone but by looking. */
const Decision = ({ value, label, walked, onPick }) => html`<select aria-label=${label} value=${value} onChange=${e => onPick(e.currentTarget.value)}>
	${Object.entries(w.as).filter(([as]) => walked || as !== 'zero').map(([as, word]) => html`<option key=${as} value=${as} selected=${as === value}>${word}</option>`)}</select>`
