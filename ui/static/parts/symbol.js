// A barcode of any kind, from its modules.
import { html } from '../vendor/preact.js'

/** The height of a linear code, in modules, for each module of its width. */
const LINEAR = 0.2

/** @param {{rows: string[], quiet: number, label: string}} props */
export function Symbol({ rows, quiet, label }) {
	const linear = rows.length === 1
	const across = rows[0].length
	const down = linear ? Math.max(24, Math.round(across * LINEAR)) : rows.length
	const margin = linear ? 4 : quiet
	const path = rows.map((row, y) => [...row.matchAll(/1+/g)].map(run =>
		`M${run.index + quiet} ${y + margin}h${run[0].length}v${linear ? down : 1}h-${run[0].length}z`).join('')).join('')
	const box = `0 0 ${across + 2 * quiet} ${down + 2 * margin}`
	// Scanners want black on white, whatever the colours of the page are.
	return html`<svg class="symbol ${linear ? 'linear' : 'matrix'}" viewBox=${box} role="img" aria-label=${label}>
		<rect width="100%" height="100%" fill="#fff" /><path d=${path} fill="#000" shape-rendering="crispEdges" />
	</svg>`
}
