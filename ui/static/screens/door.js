// What stands before the page: while it arrives, and around what tells why it cannot.
import { html } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Mark } from '../parts/mark.js'
import { Title } from '../parts/title.js'

export const Door = ({ children }) => html`<main id="content" class="door" tabindex="-1">
	<div class="door-card card"><p class="brand"><img src="icon.svg" alt="" width="40" height="40" /><span>${words.brand}</span></p>${children}</div>
</main>`

/** The first connection of this page is being made. */
export function Arriving() {
	const phase = live.phase.value
	return html`<${Door}>
		<${Title} text=${phase === 'waiting' ? words.strip.phases.waiting : words.signIn.working} />
		<div role="status" class=${phase === 'waiting' ? '' : 'waits'}><${Mark} state=${phase} word=${words.strip.phases[phase]} /></div>
		${phase === 'waiting' && html`<p class="lead">${words.signIn.waiting}</p><${Act} kind="main" icon="again" run=${() => live.retry()}>${words.strip.retry}<//>`}
	<//>`
}
