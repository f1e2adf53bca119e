// What somebody sees who was not let in, or not any more.
import { html } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Mark } from '../parts/mark.js'
import { Title } from '../parts/title.js'
import { Icon } from '../parts/icon.js'

const Door = ({ children }) => html`<main id="content" class="door" tabindex="-1">
	<div class="door-card card"><p class="brand"><img src="icon.svg" alt="" width="40" height="40" /><span>${words.brand}</span></p>${children}</div>
</main>`

export function SignIn() {
	const reason = words.signIn.reasons[live.reason.value]
	return html`<${Door}>
		<${Title} text=${words.signIn.title} />
		${reason && html`<p class="explained" role="alert"><strong>${reason.what}</strong> ${reason.do}</p>`}
		<p class="lead">${words.signIn.lead}</p>
		<p>${words.signIn.how}</p>
		<p class="command"><code>${words.signIn.command}</code></p>
		<p>${words.signIn.then}</p>
	<//>`
}

/** The first connection of this page is being made. */
export function Arriving() {
	const phase = live.phase.value
	return html`<${Door}>
		<${Title} text=${phase === 'waiting' ? words.strip.phases.waiting : words.signIn.working} />
		<div role="status" class=${phase === 'waiting' ? '' : 'waits'}><${Mark} state=${phase} word=${words.strip.phases[phase]} /></div>
		${phase === 'waiting' && html`<p class="lead">${words.signIn.waiting}</p><${Act} kind="main" icon="again" run=${() => live.retry()}>${words.strip.retry}<//>`}
	<//>`
}

export function Ended() {
	const reason = words.ended.reasons[live.reason.value] ?? words.ended.reasons[4505]
	return html`<${Door}>
		<${Title} text=${words.ended.title} />
		<p><strong>${reason.what}</strong> ${reason.do}</p>
		<button type="button" class="button main" onClick=${() => location.reload()}><${Icon} name="again" /><span>${words.ended.reload}</span></button>
	<//>`
}
