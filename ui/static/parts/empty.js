// A place with nothing in it says what belongs there and how it comes.
import { html } from '../vendor/preact.js'
import { words } from '../words.js'
import { Icon } from './icon.js'

/** @param {{icon: string, title: string, help?: string, children?: any}} props */
export const Empty = ({ icon, title, help, children }) => html`<div class="empty">
	<${Icon} name=${icon} /><h3>${title}</h3>${help && html`<p>${help}</p>`}${children}
</div>`

/** @param {{problem: import('../live/types.js').Problem|null|undefined}} props */
export const Explained = ({ problem }) => problem?.what ? html`<p class="explained"><strong>${problem.what}</strong> ${problem.means} ${words.toDo(problem.do)}</p>` : null
