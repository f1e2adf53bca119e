// Where the text of a scanner that types goes. A screen that can use a barcode asks
// for it; elsewhere it is only told that nothing happened.
import { words } from './words.js'
import { call, warn } from './parts/notices.js'

/** @type {((text: string) => boolean)|null} */
let taker = null

/**
 * @param {(text: string) => boolean} take whether that was all, and nothing needs to be said
 * @returns {() => void} stops taking
 */
export function takeKeyboardCodes(take) {
	const before = taker
	taker = take
	return () => { if (taker === take) taker = before }
}

/**
 * @param {string} text
 * @param {HTMLElement|null} field that asked for it and holds it already
 */
export function heardFromKeyboard(text, field) {
	if (field) return
	if (taker?.(text)) return
	const sentence = taker ? words.count.wedge(text) : words.count.wedgeElsewhere(text)
	warn(sentence)
	call(sentence)
}
