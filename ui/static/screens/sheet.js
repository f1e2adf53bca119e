// Codes to print: what the next scan counts as, undo, next shelf, finish; and the labels
// of the shelves.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { address } from '../route.js'
import { sheet as w } from '../words-pairing.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Choice } from '../parts/field.js'
import { Explained } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { Symbol } from '../parts/symbol.js'
import { Title } from '../parts/title.js'

export function SheetScreen() {
	const of = useSignal('commands')
	const sheet = useSignal(null)
	const problem = useSignal(null)
	useEffect(() => {
		let stale = false
		sheet.value = problem.value = null
		live.command('sheet.codes', { of: of.value }).then(
			answer => { if (!stale) sheet.value = answer },
			error => { if (!stale) problem.value = error.problem ?? error },
		)
		return () => { stale = true }
	}, [of.value])
	return html`<div class="screen">
		<header class="screen-head no-print"><div class="count-name">
			<a class="icon-button" href=${address('devices')} aria-label=${w.back} title=${w.back}><${Icon} name="left" /></a>
			<${Title} text=${w.title} />
		</div><${Act} kind="main" disabled=${!sheet.value} run=${() => print()}>${w.print}<//></header>
		<div class="no-print"><${Choice} label=${w.which} name="sheet" value=${of.value} onPick=${v => { of.value = v }}
			options=${Object.entries(w.kinds).map(([value, label]) => ({ value, label }))} />
			<p class="help">${w.help}</p></div>
		${problem.value && html`<${Explained} problem=${problem.value} />`}
		${!sheet.value && !problem.value && html`<p class="soft" role="status">${words.loading}</p>`}
		${sheet.value && html`<${Sheet} sheet=${sheet.value} />`}
	</div>`
}

const Sheet = ({ sheet }) => html`<article class="codes-sheet">
	<h1 class="only-print">${sheet.title}</h1><p>${sheet.lead}</p>
	${sheet.groups.map(g => html`<section key=${g.title}>${g.title && html`<h2>${g.title}</h2>`}
		<ul class="codes">${(g.codes ?? []).map(c => html`<li key=${c.text} class="card" data-wide=${c.rows.length === 1 && c.rows[0].length > 200}>
			<strong><bdi>${c.name}</bdi></strong><${Symbol} rows=${c.rows} quiet=${c.quiet} label=${c.text} paper />
			<span class="code soft">${c.text}</span>${c.help && html`<span class="help">${c.help}</span>`}</li>`)}</ul></section>`)}
</article>`
