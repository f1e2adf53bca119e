// A dialog: the one thing in front. Escape and the close button leave everything
// as it was.
import { html, useLayoutEffect, useRef } from '../vendor/preact.js'
import { words } from '../words.js'
import { Icon } from './icon.js'
import { Notices, dialogs, settle } from './notices.js'

let serial = 0

/** @param {{title: string, lead?: string, wide?: boolean, onClose: () => void, actions?: any, children?: any}} props */
export function Dialog({ title, lead, wide, onClose, actions, children }) {
	const box = useRef(null)
	const id = useRef('')
	id.current ||= `dialog-${++serial}`
	useLayoutEffect(() => {
		const before = /** @type {HTMLElement|null} */ (document.activeElement)
		box.current.showModal()
		settle(performance.now() - 1_000) // what went wrong before is not about this
		dialogs.value++
		box.current.querySelector('[data-first]')?.focus()
		return () => {
			dialogs.value--
			before?.focus?.()
		}
	}, [])
	return html`<dialog ref=${box} class="dialog ${wide ? 'wide' : ''}" aria-labelledby=${id.current} onCancel=${e => { e.preventDefault(); onClose() }}>
		<header>
			<h2 id=${id.current} tabindex="-1" autofocus>${title}</h2>
			<button type="button" class="icon-button" aria-label=${words.close} onClick=${onClose}><${Icon} name="close" /></button>
		</header>
		<div class="dialog-body">${lead && html`<p class="lead">${lead}</p>`}${children}</div>
		<${Notices} within />
		${actions && html`<footer>${actions}</footer>`}
	</dialog>`
}
