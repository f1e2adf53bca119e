// A barcode to try a scanner with: EAN-13, drawn as one path.
import { html } from '../vendor/preact.js'

const odd = ['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111', '0001011']
const parity = ['OOOOOO', 'OOEOEE', 'OOEEOE', 'OOEEEO', 'OEOOEE', 'OEEOOE', 'OEEEOO', 'OEOEOE', 'OEOEEO', 'OEEOEO']
const invert = bits => bits.replace(/./g, bit => bit === '1' ? '0' : '1')
const reverse = bits => [...bits].reverse().join('')

/** The modules of 13 digits, 1 for a bar. @param {string} digits */
export function modules(digits) {
	const [first, ...rest] = digits
	const left = rest.slice(0, 6).map((d, i) => parity[Number(first)][i] === 'O' ? odd[Number(d)] : reverse(invert(odd[Number(d)])))
	const right = rest.slice(6).map(d => invert(odd[Number(d)]))
	return `101${left.join('')}01010${right.join('')}101`
}

/** @param {{digits: string}} props */
export function EAN13({ digits }) {
	const path = [...modules(digits)].map((bit, x) => bit === '1' ? `M${x + 10} 4h1v40h-1z` : '').join('')
	// Scanners want black on white, whatever the colours of the page are.
	return html`<svg class="barcode" viewBox="0 0 115 60" role="img" aria-label=${digits}>
		<rect width="115" height="60" fill="#fff" /><path d=${path} fill="#000" shape-rendering="crispEdges" />
		<text x="57.5" y="55" text-anchor="middle" font-size="9" fill="#000">${digits}</text>
	</svg>`
}
