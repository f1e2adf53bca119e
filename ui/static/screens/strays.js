// Scans that came without a pass since the count was opened. They are no entries of
// it, and whoever made them may think that they count.
import { html, useComputed } from '../vendor/preact.js'
import { counts, devices } from '../stockhand.js'
import { scannerName } from '../scanners.js'
import { more } from '../words-more.js'

const w = more.strays

export function Strays({ store }) {
	// A label begins a pass by itself only where it is clear of which count.
	const label = useComputed(() => devices.labels.value && counts.counts.all().filter(c => c.state === 'open').length === 1)
	if (store.count.value.state !== 'open') return null
	const all = store.strays.all().map(s => ({ ...s, lost: !isWalking(store, s.device) }))
	return html`<section class="card unknown" data-tone=${all.some(s => s.lost) ? 'warn' : 'calm'} aria-label=${w.title}>
		<div class="head"><h2>${w.title}</h2></div>${all.map(s => html`<p key=${s.device} class="inset">
		${w.came(s.times, s.more, scannerName(s.device))} ${s.lost ? html`<strong>${label.value ? w.label : w.start}</strong>` : w.again}</p>`)}</section>`
}

const isWalking = (store, device) => store.passes.all().some(p => !p.closed && p.device === device) || Boolean(devices.devices.at(device)?.value.pass)
