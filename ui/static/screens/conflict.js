// Deliveries that wait for a person: somebody changed the number in the shop, or
// nobody can tell whether it arrived, or the shop refuses it. Both numbers are
// shown; nothing is overwritten silently.
import { html } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { number } from '../format.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Explained } from '../parts/empty.js'
import { Mark } from '../parts/mark.js'
import { tell } from '../parts/notices.js'

const w = more.delivery

/**
 * @typedef {{adjustment: string, state: string, problem?: import('../live/types.js').Problem, name: string, sku: string,
 *   counted: number, observed: number, target: number}} Disputed
 * @param {{list: Disputed[]}} props
 */
export function Conflicts({ list }) {
	if (list.length === 0) return null
	return html`<section class="conflicts" aria-label=${w.conflictTitle(list.length)}>
		<h2>${w.conflictTitle(list.length)}</h2>
		<ul>${list.map(d => html`<${Conflict} key=${d.adjustment} disputed=${d} />`)}</ul>
	</section>`
}

export function Conflict({ disputed: d }) {
	const decide = decision => async () => {
		await live.command('delivery.decide', { adjustment: d.adjustment, decision })
		tell(w.decided[decision])
	}
	return html`<li class="card conflict" data-tone=${d.state === 'rejected' ? 'error' : 'warn'}>
		<header><h3><bdi dir="auto">${d.name}</bdi></h3><span class="soft"><bdi>${d.sku}</bdi></span><${Mark} state=${d.state} word=${w.states[d.state]} /></header>
		<dl class="figures">
			<div><dt>${w.mine}</dt><dd>${number(d.counted)}</dd></div>
			<div><dt>${w.theirs}</dt><dd>${number(d.observed)}</dd></div>
			<div><dt>${w.wanted}</dt><dd>${number(d.target)}</dd></div>
		</dl>
		<${Explained} problem=${d.problem} />
		<div class="deeds">
			<${Act} kind="main" icon="again" run=${decide('recount')}>${w.recount}<//>
			<${Act} kind="plain tall" run=${decide('use-mine')}>${w.useMine}<//>
			<${Act} kind="plain tall" run=${decide('keep-theirs')}>${w.keepTheirs}<//>
		</div>
		<p class="help">${w.recountHelp}</p>
	</li>`
}
