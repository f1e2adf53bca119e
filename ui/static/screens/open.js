// Opening a count: what is due, or some zones, classes or items, or wherever somebody
// walks; and what would go wrong, before anybody does.
import { html, useEffect, useRef, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { go } from '../route.js'
import { words } from '../words.js'
import { scope as w } from '../words-scope.js'
import { Act } from '../parts/act.js'
import { Choice, Field } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'

const own = ['free', 'places', 'classes', 'list']
const listOf = text => text.split(/[\n,;]/).map(t => t.trim()).filter(Boolean)

export function OpenDialog({ onClose }) {
	const choices = useSignal(/** @type {any} */ (null))
	const name = useSignal('')
	const type = useSignal('cycle')
	const what = useSignal('free')
	const zones = useSignal(/** @type {string[]} */ ([]))
	const classes = useSignal(/** @type {string[]} */ ([]))
	const bins = useSignal('')
	const items = useSignal('')
	const checked = useSignal(/** @type {any} */ (null))
	useEffect(() => { live.command('count.choices', {}).then(c => { choices.value = c }, () => { choices.value = { zones: [], classes: [], jobs: [] } }) }, [])
	const job = choices.value?.jobs.find(j => `job:${j.job}` === what.value)
	const scope = () => ({
		places: { zones: zones.value, bins: listOf(bins.value) }, classes: { classes: classes.value }, list: { names: listOf(items.value) },
	})[what.value] ?? {}
	const run = async () => {
		const titled = name.value.trim()
		const made = await (job ? live.command('plan.open', { job: job.job, name: titled }) : live.command('count.open', { name: titled, type: type.value, scope: scope() }))
		onClose()
		if (made?.id) go('count', made.id)
	}
	const check = async () => { checked.value = await live.command('count.check', { type: type.value, scope: scope() }) }
	const told = useRef(/** @type {HTMLElement|null} */ (null))
	useEffect(() => told.current?.scrollIntoView({ block: 'nearest' }), [checked.value])
	const pick = value => { what.value = value; checked.value = null }
	return html`<${Dialog} title=${words.counts.open} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//>${!job && html`<${Act} icon="search" run=${check}>${w.check}<//>`}<${Act} kind="main" icon="plus" run=${run}>${w.openNow}<//>`}>
		<${Field} label=${w.name}><input value=${name} placeholder=${job?.name ?? w.namePlaceholder} maxlength="120" onInput=${e => { name.value = e.currentTarget.value }} /><//>
		<${Choice} stacked label=${w.what} name="what" value=${what.value} onPick=${pick} options=${[
			...(choices.value?.jobs ?? []).map(j => ({ value: `job:${j.job}`, label: j.name, help: w.jobHelp(j.items, j.minutes, j.why) })),
			...own.map(value => ({ value, label: w[value][0], help: w[value][1] })),
		]} />
		${what.value === 'places' && html`
			${choices.value?.zones.length === 0 ? html`<p class="help">${w.noZones}</p>` : html`<${Several} label=${w.zones} chosen=${zones} options=${(choices.value?.zones ?? []).map(z => ({ value: z.zone, label: w.zone(z.zone, z.bins) }))} />`}
			<${Field} label=${w.bins} help=${w.binsHelp}><input data-wedge value=${bins} onInput=${e => { bins.value = e.currentTarget.value }} /><//>`}
		${what.value === 'classes' && html`<${Several} label=${w.classes[0]} chosen=${classes} options=${(choices.value?.classes ?? []).filter(c => c.items > 0).map(c => ({ value: c.class, label: w.class(c.class, c.items) }))} />`}
		${what.value === 'list' && html`<${Field} label=${w.items} help=${w.itemsHelp}><textarea rows="5" data-wedge value=${items} onInput=${e => { items.value = e.currentTarget.value }}></textarea><//>`}
		${!job && html`<${Choice} stacked label=${w.type} name="type" value=${type.value} onPick=${v => { type.value = v; checked.value = null }}
			options=${Object.entries(words.counts.types).map(([value, label]) => ({ value, label, help: w.types[value] }))} />`}
		${checked.value && html`<div ref=${told}><${Checked} checked=${checked.value} /></div>`}
	<//>`
}

/** Several of a few. */
function Several({ label, chosen, options }) {
	const turn = (value, on) => { chosen.value = on ? [...chosen.value, value] : chosen.value.filter(v => v !== value) }
	return html`<fieldset class="choice stacked"><legend>${label}</legend>
		${options.map(o => html`<label key=${o.value} class="option"><input type="checkbox" checked=${chosen.value.includes(o.value)} onChange=${e => turn(o.value, e.currentTarget.checked)} />
			<span><strong><bdi>${o.label}</bdi></strong></span></label>`)}
	</fieldset>`
}

/** What would go wrong. */
function Checked({ checked }) {
	return html`<section class="explained" role="status">
		<p><strong>${w.checked(checked.items)}</strong> ${checked.troubles.length === 0 && w.fine}</p>
		<ul>${checked.troubles.map(t => html`<li key=${t.trouble}>${t.sentence} <span class="soft"><bdi>${w.namesOf(t.items.slice(0, 5).map(i => i.sku || i.name).join(', '), t.number - Math.min(5, t.items.length))}</bdi></span></li>`)}</ul>
		${checked.findings && html`<p><strong>${w.told}</strong></p><ul>${checked.findings.map((f, i) => html`<li key=${i}>${f.what} <span class="soft">${f.do}</span></li>`)}</ul>`}
		${checked.at_risk && html`<p>${w.riskFirst} <bdi>${w.namesOf(checked.at_risk.slice(0, 10).map(i => i.sku || i.name).join(', '), Math.max(0, checked.at_risk.length - 10))}</bdi></p>`}
		<p class="soft">${w.notKnown}: ${checked.not_known.join(' ')}</p>
	</section>`
}
