// What this browser remembers. Everything works, for as long as the page is open,
// where storage is forbidden.
import { signal, effect } from './vendor/preact.js'

const prefix = 'stockhand.'

/** @param {string} name @param {string} initial */
function kept(name, initial) {
	const value = signal(initial)
	try {
		value.value = localStorage.getItem(prefix + name) ?? initial
		effect(() => {
			if (value.value === initial) localStorage.removeItem(prefix + name)
			else localStorage.setItem(prefix + name, value.value)
		})
		addEventListener('storage', e => {
			if (e.key === prefix + name) value.value = e.newValue ?? initial
		})
	} catch {
		// Private windows and strict policies: nothing is remembered.
	}
	return value
}

export const settings = {
	token: kept('token', ''),
	theme: kept('theme', 'system'), // system, light, dark, bright
	sound: kept('sound', 'on'),
	vibration: kept('vibration', 'off'),
	hand: kept('hand', 'right'), // the side the thumb is on
	wedge: kept('wedge', 'on'), // watch for scanners that type
	wedgeKeys: kept('wedge-keys', 'same'), // the keyboard they type for: same as this computer's, or us
}

/** Keeps the document's theme and side what the settings say. */
export function wearSettings() {
	const root = document.documentElement
	effect(() => {
		root.dataset.theme = settings.theme.value
		root.dataset.hand = settings.hand.value
	})
}
