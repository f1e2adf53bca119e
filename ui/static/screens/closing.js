// What ends a pass, and what says that a bin holds nothing else. What is asked first
// is what becomes of the items that nobody counted.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Choice } from '../parts/field.js'
import { Dialog } from '../parts/dialog.js'
import { seldom } from '../parts/later.js'
import { tell } from '../parts/notices.js'

const Empties = seldom(() => import('./empties.js').then(m => m.Empties))

const w = more.closing

export const Uncounted = ({ choice }) => html`<${Choice} stacked label=${w.uncounted} name="uncounted" value=${choice.value} onPick=${v => { choice.value = v }}
	options=${[{ value: 'keep', label: w.keep, help: w.keepHelp }, { value: 'zero', label: w.zero, help: w.zeroHelp }]} />`

/**
 * Asks, ends something, and then says what that left open.
 * @param {{title: string, lead: string, back?: string, deed: string, run: () => Promise<any>, onClose: () => void, after?: () => void, children?: any}} props
 */
export function Ending({ title, lead, back, deed, run, onClose, after, children }) {
	const left = useSignal(/** @type {import('../live/types.js').LeftOpen[]} */ ([]))
	const done = after ?? onClose
	const end = async () => {
		left.value = (await run())?.left_open ?? []
		if (!left.value.length) done()
	}
	if (left.value.length) {
		return html`<${Dialog} title=${w.leftTitle(left.value.length)} lead=${w.leftLead} onClose=${done} actions=${html`<${Act} run=${done}>${words.close}<//>`}>
			<ul class="rows">${left.value.map(i => html`<li key=${`${i.item} ${i.bin}`}><div class="who"><bdi dir="auto">${i.name || i.item}</bdi><span class="soft"><bdi>${i.bin}</bdi> · ${i.why}</span></div></li>`)}</ul>
		<//>`
	}
	return html`<${Dialog} title=${title} lead=${lead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${back ?? words.cancel}<//><${Act} kind="main" icon="check" run=${end}>${deed}<//>`}>${children}<//>`
}

export function FinishDialog({ pass, onClose }) {
	const choice = useSignal('keep')
	const run = async () => {
		const done = await live.command('pass.close', { pass: pass.id, uncounted: choice.value })
		tell(w.passDone(done?.zeroed ?? 0))
		return done
	}
	return html`<${Ending} title=${w.passTitle} lead=${w.passLead} deed=${words.count.finishPass} run=${run} onClose=${onClose}><${Uncounted} choice=${choice} /><//>`
}

export function EmptyDialog({ pass, onClose }) {
	const run = async () => {
		const done = await live.command('pass.empty', { pass: pass.id })
		tell(w.emptied(done.bin, done.zeroed, done.left_open?.length))
		return done
	}
	return html`<${Ending} title=${w.emptyTitle(pass.bin)} lead=${w.emptyLead} deed=${w.emptyNow} run=${run} onClose=${onClose}><${Empties} pass=${pass} /><//>`
}
