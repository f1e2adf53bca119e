// What a count leaves undone as it stands, in sentences: what closing it would end, and
// what was scanned and counts for nothing yet.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { Icon } from '../parts/icon.js'

/** card: as a part of the review; otherwise of a dialog that asks. */
export function Loose({ store, card }) {
	const said = useSignal(/** @type {string[]} */ ([]))
	const { id, state, tally } = store.count.value
	useEffect(() => {
		let gone = false
		live.command('count.loose', { count: id }).then(l => { if (!gone) said.value = l.said }, () => {})
		return () => { gone = true }
	}, [id, state, card && tally?.head])
	if (said.value.length === 0) return null
	const list = html`<ul class="left">${said.value.map(s => html`<li key=${s}><p><${Icon} name="warn" /> ${s}</p></li>`)}</ul>`
	return card ? html`<section class="card unknown inset" data-tone="warn">${list}</section>` : list
}
