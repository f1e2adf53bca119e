// Scanners that type like a keyboard press whatever has the focus: the Enter after
// a barcode clicks a button, a space in it too. This guard tells such a burst from
// a person by the times at which the keys were pressed and keeps it away from
// everything that can be pressed.

const GAP = 100 // milliseconds without a key end a burst
const MEAN = 50 // a person does not type so fast for long
const LEAST = 3 // characters
const GS = '\u001d'

/** Keys of a US keyboard besides letters: alone, and with Shift. @type {Record<string, string>} */
const US = {
	Digit1: '1!', Digit2: '2@', Digit3: '3#', Digit4: '4$', Digit5: '5%', Digit6: '6^', Digit7: '7&', Digit8: '8*', Digit9: '9(', Digit0: '0)',
	Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:', Quote: '\'"', Backquote: '`~',
	Comma: ',<', Period: '.>', Slash: '/?', Space: '  ',
}

/**
 * @typedef {object} Burst
 * @property {string} text
 * @property {number} first time of the first key
 * @property {number} last time of the newest key
 * @property {string} before what the field held before the first key
 */

/**
 * Listens on a window until the returned function is called.
 * @param {{onCode: (text: string, field: HTMLElement|null) => void, on: () => boolean, positions: () => boolean}} options
 * positions: whether keys are read by their place on a US keyboard; onCode gets what a scanner typed, and the field that asked for it by data-wedge.
 */
export function guardAgainstWedges({ onCode, on, positions }) {
	/** @type {Burst|null} */
	let burst = null
	/** A space that was pressed on a button and may turn out to be a scanner's. */
	let held = null

	function keydown(event) {
		if (!on() || event.isComposing) return
		if (burst && event.timeStamp - burst.last <= GAP && separates(event)) {
			burst.text += GS
			burst.last = event.timeStamp
			return stop(event)
		}
		if (event.ctrlKey || event.metaKey || event.altKey && !event.getModifierState('AltGraph')) return
		if (event.key === 'Enter' || event.key === 'Tab') return ending(event)
		if (event.key.length !== 1 && !(positions() && event.key === 'Dead')) return
		const at = event.timeStamp
		if (!burst || at - burst.last > GAP) burst = { text: '', first: at, last: at, before: event.target.value ?? '' }
		burst.text += positions() ? charAt(event) : event.key
		burst.last = at
		if (held && burst.text.length > 1) held = release(held)
		if (event.key === ' ' && !editable(event.target)) space(event)
	}

	function ending(event) {
		const found = burst
		burst = null
		if (!found || event.timeStamp - found.last > GAP) return
		if (held) held = release(held) // a barcode that is one space
		const field = editable(event.target) ? event.target : null
		const enough = found.text.trim().length >= LEAST
		if (!field) {
			// A character and an Enter so close together: no person presses a button so.
			stop(event)
			if (enough) onCode(found.text.trim(), null)
			return
		}
		const mean = (found.last - found.first) / Math.max(1, found.text.length - 1)
		if (!enough || mean > MEAN) return
		stop(event)
		const asked = 'wedge' in field.dataset
		restore(field, asked ? found.text.trim() : found.before) // in place of what it held
		onCode(found.text.trim(), asked ? field : null)
	}

	// A space presses a button when it is let go. It is held back for a moment: if
	// more keys follow it was a scanner's.
	function space(event) {
		const button = event.target.closest?.('button, summary, [role=button], [role=switch], input')
		if (!button) return burst.text.length > 1 && stop(event) // it would scroll the page
		stop(event)
		if (burst.text.length > 1 || event.repeat) return
		const timer = setTimeout(() => {
			held = null
			button.click()
		}, GAP + 20)
		held = { timer }
	}

	function keyup(event) {
		if (on() && event.key === ' ' && !editable(event.target) && event.target !== document.body) stop(event)
	}

	addEventListener('keydown', keydown, true)
	addEventListener('keyup', keyup, true)
	return () => {
		removeEventListener('keydown', keydown, true)
		removeEventListener('keyup', keyup, true)
	}
}

/** The group separator, as scanners type it: Ctrl with ], or F8. */
const separates = event => event.key === 'F8' || event.ctrlKey && event.code === 'BracketRight'

/** The character on a key of a US keyboard, whatever this computer's is. */
function charAt(event) {
	const pair = US[event.code] ?? (event.code.startsWith('Key') ? event.code[3].toLowerCase() + event.code[3] : '')
	if (!pair) return event.key
	const letter = event.code.startsWith('Key')
	return pair[Number(event.shiftKey !== (letter && event.getModifierState('CapsLock')))]
}

function stop(event) {
	event.preventDefault()
	event.stopImmediatePropagation()
}

function release(held) {
	clearTimeout(held.timer)
	return null
}

function editable(target) {
	return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
		target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

function restore(field, text) {
	field.value = text
	field.dispatchEvent(new Event('input', { bubbles: true }))
}
