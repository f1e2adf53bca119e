// The lines of a count. A scan redraws one row; only as many rows are drawn as
// somebody wants to read.
import { html, useComputed, useSignal } from '../vendor/preact.js'
import { number } from '../format.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'

const w = words.count
const SHOWN = 40

export function Lines({ store, onType }) {
	const text = useSignal('')
	const shown = useSignal(SHOWN)
	const open = useComputed(() => store.passes.all().some(p => !p.closed))
	// The newest line comes first; scans of known lines do not move them.
	const keys = store.lines.keys.value.filter(key => fits(store.lines.at(key).peek(), text.value)).reverse()
	return html`<section class="card" aria-label=${w.lineList}>
		<div class="head"><h2>${w.lineList}</h2><span class="tally">${number(store.lines.keys.value.length)}</span></div>
		${store.lines.keys.value.length > 0 && html`<div class="find"><${Icon} name="search" />
			<input type="search" aria-label=${w.findLine} placeholder=${w.findLine} value=${text} onInput=${e => { text.value = e.currentTarget.value; shown.value = SHOWN }} /></div>`}
		${keys.length === 0 && html`<${Empty} icon="list" title=${text.value ? w.noLineFound : w.noLines} />`}
		<ul class="rows lines">${keys.slice(0, shown.value).map(key => html`<${Line} key=${key} row=${store.lines.at(key)} onType=${open.value ? onType : null} />`)}</ul>
		${keys.length > shown.value && html`<p class="more"><${Act} kind="quiet" run=${() => { shown.value += SHOWN * 5 }}>${w.more(keys.length - shown.value)}<//></p>`}
	</section>`
}

function fits(line, text) {
	const wanted = text.trim().toLowerCase()
	return !wanted || `${line.name}\n${line.sku}\n${line.bin}`.toLowerCase().includes(wanted)
}

function Line({ row, onType }) {
	const line = row.value
	return html`<li>
		<div class="who"><bdi dir="auto">${line.name || line.item}</bdi>
			<span class="soft"><bdi>${line.sku}</bdi>${line.bin && html` · <span class="bin"><bdi>${line.bin}</bdi></span>`}${line.round > 0 && html` · ${w.round(line.round)}`}${line.damaged > 0 && html` · ${w.damaged(line.damaged)}`}</span>
		</div>
		<span class="figure">${number(line.counted)}</span>
		${onType && html`<button type="button" class="icon-button" aria-label=${`${w.ofItem}: ${line.name}`} title=${w.ofItem} onClick=${() => onType({ item: line, bin: line.bin })}><${Icon} name="equal" /></button>`}
	</li>`
}
