// What a manager ends: the counting, a count.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { go } from '../route.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Ending, Uncounted } from './closing.js'

const w = more.closing

export function CloseDialog({ store, onClose }) {
	const choice = useSignal('keep')
	const id = store.count.value.id
	const walking = store.passes.all().filter(p => !p.closed)
	const run = () => live.command('count.close', { count: id, uncounted: choice.value })
	const after = () => {
		onClose()
		go('count', id, 'review')
	}
	return html`<${Ending} title=${w.closeTitle} lead=${w.closeLead} back=${w.keepCounting} deed=${words.count.closeCount} run=${run} onClose=${onClose} after=${after}>
		${walking.length > 0 && html`<p>${w.stillWalking(walking.length)}</p><${Uncounted} choice=${choice} />`}
	<//>`
}

export function CancelDialog({ id, onClose }) {
	const run = async () => {
		await live.command('count.cancel', { count: id })
		onClose()
		go()
	}
	return html`<${Dialog} title=${w.cancelTitle} lead=${w.cancelLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${w.keepCounting}<//><${Act} kind="danger" icon="close" run=${run}>${words.count.cancelCount}<//>`} />`
}
