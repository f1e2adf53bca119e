// The title of a screen, which is also the title of the browser's tab.
import { html, useEffect, useRef } from '../vendor/preact.js'
import { words } from '../words.js'

let first = true

/** @param {{text: string, children?: any}} props */
export function Title({ text, children }) {
	const box = useRef(/** @type {HTMLElement|null} */ (null))
	useEffect(() => { document.title = `${text} · ${words.brand}` }, [text])
	// Whoever listens instead of looking is taken to the title of a new screen.
	useEffect(() => {
		if (!first) box.current.focus({ preventScroll: true })
		first = false
	}, [])
	return html`<h1 ref=${box} tabindex="-1">${children ?? text}</h1>`
}
