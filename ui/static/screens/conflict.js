// Deliveries that wait for a person: somebody changed the number in the shop, or
// nobody can tell whether it arrived, or the shop refuses it. Both numbers are
// shown, and where each decision leads; nothing is overwritten silently.
import { html, useEffect, useSignal } from '../vendor/preact.js'
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
 *   counted: number, observed: number}} Disputed
 * @param {{list: Disputed[]}} props
 */
export function Conflicts({ list }) {
	if (list.length === 0) return null
	return html`<section class="conflicts" aria-label=${w.conflictTitle(list.length)}>
		<h2>${w.conflictTitle(list.length)}</h2>
		<ul>${list.map(d => html`<${Conflict} key=${d.adjustment} disputed=${d} />`)}</ul>
	</section>`
}

const LOOKS = 5000 // ms between two looks at where the decisions lead: the shop goes on selling

/** Where the decisions lead by what is known now; null until that is known. */
function useChoices({ adjustment, state, observed }) {
	const choices = useSignal(null)
	const look = () => live.command('delivery.choices', { adjustment }).then(found => { choices.value = found }, () => { choices.value = null })
	useEffect(() => {
		look()
		const again = setInterval(() => live.phase.value === 'live' && look(), LOOKS)
		return () => clearInterval(again)
	}, [adjustment, state, observed])
	return { choices, look }
}

export function Conflict({ disputed: d }) {
	const { choices, look } = useChoices(d)
	const c = choices.value
	const decide = (decision, leads) => async () => {
		try {
			await live.command('delivery.decide', { adjustment: d.adjustment, decision, leads })
			tell(w.decided[decision])
		} finally {
			look()
		}
	}
	const mine = c?.mine ?? null
	const recounts = c?.recount !== false
	return html`<li class="card conflict" data-tone=${d.state === 'rejected' ? 'error' : 'warn'}>
		<header><h3><bdi dir="auto">${d.name}</bdi></h3><span class="soft"><bdi>${d.sku}</bdi></span><${Mark} state=${d.state} word=${w.states[d.state]} /></header>
		<dl class="figures">
			<div><dt>${w.mine}</dt><dd>${number(d.counted)}</dd></div>
			<div><dt>${w.theirs}</dt><dd>${c?.gone ? '–' : number(c?.theirs ?? d.observed)}</dd></div>
			<div><dt>${w.wanted}</dt><dd>${mine === null ? '?' : number(mine)}</dd></div>
		</dl>
		<${Explained} problem=${d.problem} />
		<div class="deeds">
			${recounts && html`<${Act} kind="main" icon="again" run=${decide('recount')}>${w.recount}<//>`}
			<${Act} kind="plain tall" disabled=${mine === null} run=${decide('use-mine', mine)}>${mine === null ? w.useMine : w.leads(w.useMine, mine)}<//>
			<${Act} kind="plain tall" disabled=${!c} run=${decide('keep-theirs', c?.theirs)}>${c && !c.gone ? w.leads(w.keepTheirs, c.theirs) : w.keepTheirs}<//>
		</div>
		<p class="help">${c?.problem ? `${c.problem.what} ${c.problem.do} ` : ''}${recounts && w.recountHelp}</p>
	</li>`
}
