// Which items are entered as 0 when a bin is said to hold nothing else.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'

/** @param {{pass: any}} props */
export function Empties({ pass }) {
	const lines = useSignal(/** @type {any[]} */ ([]))
	useEffect(() => {
		live.command('zone.uncounted', { count: pass.count, zone: pass.zone, round: pass.round })
			.then(z => { lines.value = z.lines.filter(l => l.bin === pass.bin) }, () => {})
	}, [pass.id])
	return lines.value.length > 0 && html`<ul class="rows">${lines.value.map(l => html`<li key=${l.item}><div class="who"><bdi dir="auto">${l.name || l.sku || l.item}</bdi><span class="soft"><bdi>${l.sku}</bdi></span></div><span class="figure">0</span></li>`)}</ul>`
}
