// The tray of unknown barcodes: how often each was scanned, when, where and beside
// what, and, for who manages, what it is.
import { html, useComputed, useEffect, useSignal } from '../vendor/preact.js'
import { counts, live, manages } from '../stockhand.js'
import { useTopic, OneCount } from '../live/topics.js'
import { address } from '../route.js'
import { moment, time } from '../format.js'
import { actorName, scannerName } from '../scanners.js'
import { words } from '../words.js'
import { unknown as w } from '../words-unknown.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { Title } from '../parts/title.js'
import { complain } from '../parts/notices.js'
import { TaughtList } from './unknown-taught.js'
import { LeftDialog, TeachDialog, teach } from './unknown-teach.js'

/** Of one count, or of all that are under way. */
export const UnknownScreen = ({ id }) => id ? html`<${OfCount} id=${id} />` : html`<${Tray} />`

function OfCount({ id }) {
	const store = useTopic(live, () => new OneCount(`count/${id}`), [id])
	return html`<${Tray} id=${id} store=${store} />`
}

/** @param {{id?: string, store?: OneCount}} props */
function Tray({ id, store }) {
	useEffect(() => live.subscribe(counts.topic, counts), [])
	const list = useSignal(/** @type {import('../live/types.js').UnknownList|null} */ (null))
	const taught = useSignal(/** @type {import('../live/types.js').TaughtRow[]} */ ([]))
	const teaching = useSignal(/** @type {any} */ (null)) // the barcode that is being taught
	const left = useSignal(/** @type {any} */ (null)) // what teaching it did not do
	const look = async () => {
		list.value = await live.command('unknown.list', id ? { count: id } : {})
		if (manages()) taught.value = await live.command('catalog.taught', {})
	}
	// The numbers of kept scans change with each that comes, and with what is taught.
	const noted = useComputed(() => counts.counts.all().map(c => c.tally.noted).join()).value
	useEffect(() => { look().catch(complain) }, [noted])
	const done = outcome => {
		teaching.value = null
		if (outcome?.left?.length) left.value = { title: w.dialog.leftTitle, left: outcome.left }
		look().catch(complain)
	}
	const countThem = async code => done(await teach({ text: code.text, item: code.known.item, pack: code.known.pack }, code.known.name))
	return html`<div class="screen tray">
		${id && html`<p><a class="back" href=${address('count', id)}><${Icon} name="left" />${w.back}</a></p>`}
		<header class="screen-head"><${Title} text=${w.title} /></header>
		<p class="lead">${manages() ? w.lead : w.leadCounter}</p>
		${!list.value && html`<p class="soft" role="status">${words.loading}</p>`}
		${list.value?.codes.length === 0 && html`<section class="card"><${Empty} icon="check" title=${w.none} help=${w.noneHelp} /></section>`}
		${list.value?.codes.map(code => html`<${Code} key=${code.text} code=${code} onTeach=${() => { teaching.value = code }} onCount=${() => countThem(code)} />`)}
		${list.value?.more > 0 && html`<p class="soft">${w.more(list.value.more)}</p>`}
		${taught.value.length > 0 && html`<${TaughtList} list=${taught.value} onDone=${undone => {
			if (undone.left?.length) left.value = { title: w.taught.leftTitle, left: undone.left }
			look().catch(complain)
		}} />`}
		${teaching.value && html`<${TeachDialog} code=${teaching.value} store=${store} onClose=${() => { teaching.value = null }} onDone=${done} />`}
		${left.value && html`<${LeftDialog} ...${left.value} onClose=${() => { left.value = null }} />`}
	</div>`
}

function Code({ code, onTeach, onCount }) {
	const names = [...new Set(code.by.map(actorName))].join(', ')
	return html`<section class="card unknown" data-tone="warn" aria-label=${code.text}>
		<div class="head"><h2><bdi dir="ltr" class="code">${code.text}</bdi></h2><span class="tally">${w.scans(code.times)}</span></div>
		<div class="inset">
			${code.meaning && html`<p><bdi>${code.meaning}</bdi></p>`}
			${code.case && html`<p><strong>${w.isCase(code.case.name)}</strong></p>`}
			${code.known && html`<p><strong>${w.isKnown(code.known.pack, code.known.name)}</strong></p>`}
			<p class="soft">${w.between(moment(code.first), moment(code.last))}${code.bins.map(bin => bin && html` · <bdi key=${bin}>${bin}</bdi>`)} · <bdi>${w.by(names)}</bdi></p>
			${code.near.length > 0 && html`<p>${w.near}: ${code.near.map((n, i) => html`<span key=${n.item}>${i > 0 && ', '}<bdi>${n.name}</bdi>${n.times > 1 && ` ${w.times(n.times)}`}</span>`)}</p>`}
			${manages() && html`<p>${code.known ? html`<${Act} kind="main" icon="plus" run=${onCount}>${w.countThem(code.times)}<//>`
				: html`<${Act} kind="main" icon="question" label=${w.teachOf(code.text)} run=${onTeach}>${w.teach}<//>`}</p>`}
		</div>
		<details class="closed-passes"><summary><${Icon} name="right" />${w.each}</summary><ul class="rows">${code.seen.map(s => html`<${Sighted} key=${s.seq} scan=${s} />`)}</ul></details>
	</section>`
}

const nameOf = near => near ? html`<bdi>${near.name || near.sku}</bdi>` : w.nothing

function Sighted({ scan }) {
	const who = actorName(scan.by), scanner = scan.device ? scannerName(scan.device) : ''
	return html`<li><time class="soft" datetime=${scan.at}>${time(scan.at)}</time>
		<div class="who"><span>${nameOf(scan.before)} → <b aria-hidden="true">?</b> → ${nameOf(scan.after)}</span>
			<span class="soft">${scan.bin && html`<bdi>${scan.bin}</bdi> · `}<bdi>${who}</bdi>${scanner && scanner !== who && html` · <bdi>${scanner}</bdi>`}</span></div></li>`
}
