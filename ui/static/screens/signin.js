// What somebody sees who was not let in, or not any more.
import { html } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { ended, signIn } from '../words-door.js'
import { Title } from '../parts/title.js'
import { Icon } from '../parts/icon.js'
import { Door } from './door.js'

export function SignIn() {
	const reason = signIn.reasons[live.reason.value]
	return html`<${Door}>
		<${Title} text=${signIn.title} />
		${reason && html`<p class="explained" role="alert"><strong>${reason.what}</strong> ${reason.do}</p>`}
		<p class="lead">${signIn.lead}</p>
		<p>${signIn.how}</p>
		<p class="command"><code>${signIn.command}</code></p>
		<p>${signIn.then}</p>
	<//>`
}

export function Ended() {
	const reason = ended.reasons[live.reason.value] ?? ended.reasons[4505]
	return html`<${Door}>
		<${Title} text=${ended.title} />
		<p><strong>${reason.what}</strong> ${reason.do}</p>
		<button type="button" class="button main" onClick=${() => location.reload()}><${Icon} name="again" /><span>${ended.reload}</span></button>
	<//>`
}
