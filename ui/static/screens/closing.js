// What ends a pass, and what says that a bin holds nothing else. What is asked first
// is what becomes of the items that nobody counted.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Choice } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { tell } from '../parts/notices.js'

const w = words.count

export const Uncounted = ({ choice }) => html`<${Choice} stacked label=${w.uncounted} name="uncounted" value=${choice.value} onPick=${v => { choice.value = v }}
	options=${[{ value: 'keep', label: w.keep, help: w.keepHelp }, { value: 'zero', label: w.zero, help: w.zeroHelp }]} />`

export function FinishDialog({ pass, onClose }) {
	const choice = useSignal('keep')
	const run = async () => {
		const done = await live.command('pass.close', { pass: pass.id, uncounted: choice.value })
		onClose()
		tell(w.passDone(done?.zeroed ?? 0))
	}
	return html`<${Dialog} title=${w.passTitle} lead=${w.passLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="check" run=${run}>${w.finishPass}<//>`}>
		<${Uncounted} choice=${choice} />
	<//>`
}

export function EmptyDialog({ pass, onClose }) {
	const run = async () => {
		const done = await live.command('pass.empty', { pass: pass.id })
		onClose()
		tell(w.emptied(done.bin, done.zeroed))
	}
	return html`<${Dialog} title=${w.emptyTitle(pass.bin)} lead=${w.emptyLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="main" icon="check" run=${run}>${w.emptyNow}<//>`} />`
}
