// Screens that not everybody needs are fetched when somebody does.
import { html, signal, useEffect } from '../vendor/preact.js'
import { words } from '../words.js'
import { Act } from './act.js'

/** @type {(() => Promise<void>)[]} */
const fetches = []

/**
 * Returns a component that stands for one that is fetched first: when it is shown, or
 * as soon as a manager is there.
 * @param {() => Promise<any>} load gives the component
 */
export function later(load) {
	const { fetch, Later } = when(load)
	fetches.push(fetch)
	return Later
}

/**
 * Returns a component that is fetched when it is shown and not before: for what is
 * done seldom and at the agent, such as setting up.
 * @param {() => Promise<any>} load gives the component
 */
export function seldom(load) {
	return when(load).Later
}

/** @param {() => Promise<any>} load */
function when(load) {
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
	function Later(props) {
		useEffect(() => { fetch() }, [])
		if (part.value) return html`<${part.value.Part} ...${props} />`
		if (failed.value) return html`<p>${words.screenLater} <${Act} icon="again" run=${fetch}>${words.again}<//></p>`
		return html`<p class="soft" role="status">${words.loading}</p>`
	}
	return { fetch, Later }
}

/** Fetches what managers need in their day, so that it is there when the agent is not. */
export function fetchAll() {
	for (const fetch of fetches) fetch()
}
