// The title of a screen, which is also the title of the browser's tab.
import { html, useEffect } from '../vendor/preact.js'
import { words } from '../words.js'

/** @param {{text: string, children?: any}} props */
export function Title({ text, children }) {
	useEffect(() => { document.title = `${text} · ${words.brand}` }, [text])
	return html`<h1 tabindex="-1">${children ?? text}</h1>`
}
