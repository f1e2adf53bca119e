// A button that asks the agent for something and cannot be pressed twice meanwhile.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { complain, settle, warn } from './notices.js'
import { Icon } from './icon.js'

/**
 * @param {{run: () => Promise<any>|any, kind?: 'main'|'plain'|'quiet'|'danger', icon?: string, disabled?: boolean, label?: string, children?: any}} props
 */
export function Act({ run, kind = 'plain', icon, disabled, label, children }) {
	const busy = useSignal(false)
	const press = async () => {
		if (busy.value || disabled) return
		busy.value = true
		try {
			const done = run()
			if (live.unanswered.peek() > 0 && live.phase.peek() !== 'live') warn(words.problem.connection)
			const before = performance.now()
			await done
			settle(before)
		} catch (problem) {
			complain(problem)
		} finally {
			busy.value = false
		}
	}
	return html`<button type="button" class="button ${kind}" disabled=${disabled} aria-busy=${busy.value} aria-label=${label} onClick=${press}>
		${icon && html`<${Icon} name=${icon} />`}<span>${children}</span>
	</button>`
}
