// Which screen is shown. The address holds it, so that back, forward, reload and
// links work.
import { computed, signal } from './vendor/preact.js'

const hash = signal(location.hash)

/** The parts of the address after #/: [] is the first screen. */
export const route = computed(() => hash.value.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent))

/** @param {string[]} parts */
export const address = (...parts) => '#/' + parts.map(encodeURIComponent).join('/')

/** @param {string[]} parts */
export const go = (...parts) => { location.hash = address(...parts) }

/**
 * Takes the one-time secret out of the address, so that it is neither in the
 * address bar nor in the history.
 * @returns {string} the secret, or ''
 */
export function takeSecret() {
	const secret = /^#sign-in=(.+)$/.exec(location.hash)?.[1] ?? ''
	if (secret) {
		history.replaceState(null, '', location.pathname + '#/')
		hash.value = location.hash
	}
	return secret
}

/** @param {(secret: string) => void} onSecret called when a sign-in link is opened in this tab */
export function followAddress(onSecret) {
	addEventListener('hashchange', () => {
		const secret = takeSecret()
		if (secret) return onSecret(secret)
		hash.value = location.hash
		scrollTo(0, 0)
	})
}
