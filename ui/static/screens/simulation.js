// In the demo every screen says so, and failures can be switched on.
import { html, useSignal } from '../vendor/preact.js'
import { live, simulation } from '../stockhand.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { number } from '../format.js'
import { complain } from '../parts/notices.js'
import { Dialog } from '../parts/dialog.js'
import { Icon } from '../parts/icon.js'
import { Toggle } from '../parts/field.js'

const SHOWN = 8

export function Banner() {
	const open = useSignal(false)
	return html`<aside class="simulated" aria-label=${words.simulated}>
		<${Icon} name="flask" />
		<div class="simulated-words"><p><strong>${more.simulation.name}</strong> <span class="wide-only">${more.simulation.invented}</span></p><${Equal} /><${On} /></div>
		<button type="button" class="button" onClick=${() => { open.value = true }}>${more.simulation.open}</button>
		${open.value && html`<${Switches} onClose=${() => { open.value = false }} />`}
	</aside>`
}

/** What only the simulation can know: whether the shop's numbers are the truth. */
function Equal() {
	const facts = simulation.data.value?.facts
	if (!facts) return null
	const { equal } = facts
	return html`<p class="equal" data-tone=${equal === facts.items ? 'ok' : 'calm'}>
		<${Icon} name=${equal === facts.items ? 'check' : 'equal'} /><span>${more.simulation.equal(equal, facts.items)}</span>
	</p>`
}

/** What somebody switched on is easily forgotten. */
function On() {
	const data = simulation.data.value
	const on = data?.switches?.filter(s => s.on) ?? []
	if (on.length === 0) return null
	return html`<p>${more.simulation.on(on.map(s => s.label))}</p>
		${on.some(s => s.name === 'type-over') && html`<p class="wide-only"><${Typed} typed=${data.facts?.typed?.[0]} /></p>`}`
}

function Typed({ typed }) {
	const w = more.simulation
	if (!typed) return w.typedNothing
	return html`<bdi>${w.typed(typed)}</bdi> ${typed.to === typed.shelves ? w.typedRight : w.typedWrong(typed.shelves)}`
}

function Switches({ onClose }) {
	const data = simulation.data.value
	const turn = (name, on) => live.command('simulation.turn', { name, on }).catch(complain)
	return html`<${Dialog} title=${data?.title ?? words.simulated} lead=${more.simulation.invented} onClose=${onClose}>
		<section><h3>${more.simulation.switches}</h3>
			${data?.switches?.map(s => html`<${Toggle} key=${s.name} label=${s.label} help=${s.help} on=${s.on} onTurn=${on => turn(s.name, on)} />`)}
		</section>
		<${Facts} facts=${data?.facts} />
	<//>`
}

function Facts({ facts }) {
	if (!facts) return null
	const differing = facts.differences ?? []
	const hidden = (facts.more ?? 0) + Math.max(0, differing.length - SHOWN)
	return html`<section class="facts-true">
		<h3>${more.simulation.facts}</h3>
		${facts.typed?.length > 0 && html`<ul class="typed">${facts.typed.map(t => html`<li key=${t.at}><${Typed} typed=${t} /></li>`)}</ul>`}
		${differing.length === 0 ? html`<p>${more.simulation.noDifferences}</p>` : html`
			<p class="soft">${more.simulation.differences}</p>
			<table class="plain">
				<thead><tr><th>${more.simulation.sku}</th><th class="n">${more.simulation.shop}</th><th class="n">${more.simulation.shelves}</th></tr></thead>
				<tbody>${differing.slice(0, SHOWN).map(d => html`<tr key=${d.sku}><td><bdi>${d.name}</bdi><br /><span class="soft"><bdi>${d.sku}</bdi></span></td><td class="n">${number(d.shop)}</td><td class="n">${number(d.shelves)}</td></tr>`)}</tbody>
			</table>
			${hidden > 0 && html`<p class="soft">${words.andMore(hidden)}</p>`}`}
	</section>`
}
