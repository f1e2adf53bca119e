// What is not told live is asked for: when a screen is shown, and again on wish.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { words } from '../words.js'
import { Explained } from './empty.js'

/**
 * Asks once, and whenever look is called.
 * @param {() => Promise<any>} ask
 * @param {string} failed says that no answer came, where the agent did not say why
 */
export function useLook(ask, failed) {
	const shown = useSignal(/** @type {any} */ (null))
	const problem = useSignal(/** @type {any} */ (null))
	const look = async () => {
		try {
			shown.value = await ask()
			problem.value = null
		} catch (/** @type {any} */ answer) {
			problem.value = answer?.what ? answer : { what: failed }
		}
	}
	useEffect(() => { look() }, [])
	return { shown, problem, look }
}

/** What stands where no answer is yet, or why there is none. */
export const Looked = ({ shown, problem }) => html`<${Explained} problem=${problem.value} />
	${!shown.value && !problem.value && html`<p class="soft" role="status">${words.loading}</p>`}`
