// What scanners and people are called. A browser is one, for what is typed into it.
import { devices, live } from './stockhand.js'
import { deviceName } from './format.js'
import { words } from './words.js'

/** The id of the scanner that types into this browser. */
export const ownScanner = () => `page:${live.access.value}`

/** @param {string} id */
export function scannerName(id) {
	if (id === ownScanner()) return words.thisBrowser
	if (id.startsWith('page:')) return words.otherBrowser
	return devices.devices.at(id)?.value.state?.title || deviceName(id)
}

/** Who did something. @param {{kind: string, id: string}|undefined} by */
export function actorName(by) {
	if (by?.kind === 'device') return scannerName(by.id)
	return by?.id.startsWith('local:') ? words.terminal(by.id.slice(6)) : by?.id ?? ''
}
