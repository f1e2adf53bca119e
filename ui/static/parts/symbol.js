// A barcode of any kind, from its modules.
import { html } from '../vendor/preact.js'

/** The height of a linear code, in modules, for each module of its width. */
const LINEAR = 0.2

/** Millimetres on paper for a module: of bars, and of squares. Every hand scanner reads them. */
const BAR = 0.33, SQUARE = 0.8

/** @param {{rows: string[], quiet: number, label: string, paper?: boolean}} props paper: as large as it is printed */
export function Symbol({ rows, quiet, label, paper }) {
	const linear = rows.length === 1
	const across = rows[0].length
	const down = linear ? Math.max(24, Math.round(across * LINEAR)) : rows.length
	const margin = linear ? 4 : quiet
	const path = rows.map((row, y) => [...row.matchAll(/1+/g)].map(run =>
		`M${run.index + quiet} ${y + margin}h${run[0].length}v${linear ? down : 1}h-${run[0].length}z`).join('')).join('')
	const box = `0 0 ${across + 2 * quiet} ${down + 2 * margin}`
	// Scanners want black on white, whatever the colours of the page are.
	const size = paper ? `${((across + 2 * quiet) * (linear ? BAR : SQUARE)).toFixed(2)}mm` : undefined
	return html`<svg class=${paper ? 'on-paper' : `symbol ${linear ? 'linear' : 'matrix'}`} width=${size} viewBox=${box} role="img" aria-label=${label}>
		<rect width="100%" height="100%" fill="#fff" /><path d=${path} fill="#000" shape-rendering="crispEdges" />
	</svg>`
}
