// Screens that not everybody needs are fetched when somebody does.
import { html, signal, useEffect } from '../vendor/preact.js'
import { words } from '../words.js'
import { Act } from './act.js'

/** @type {(() => Promise<void>)[]} */
const fetches = []

/**
 * Returns a component that stands for one that is fetched first.
 * @param {() => Promise<any>} load gives the component
 */
export function later(load) {
	const part = signal(/** @type {any} */ (null))
	const failed = signal(false)
	const fetch = async () => {
		if (part.peek()) return
		try {
			part.value = { Part: await load() }
			failed.value = false
		} catch {
			failed.value = true // the agent is out of reach
		}
	}
	fetches.push(fetch)
	return function Later(props) {
		useEffect(() => { fetch() }, [])
		if (part.value) return html`<${part.value.Part} ...${props} />`
		if (failed.value) return html`<p>${words.screenLater} <${Act} icon="again" run=${fetch}>${words.again}<//></p>`
		return html`<p class="soft" role="status">${words.loading}</p>`
	}
}

/** Fetches them all, so that they are there when the agent is not. */
export function fetchAll() {
	for (const fetch of fetches) fetch()
}
