// How something came about: the report of a count, and the history of an item.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { isSet, moment, time } from '../format.js'
import { words } from '../words.js'
import { evidence as w } from '../words-evidence.js'
import { Act } from '../parts/act.js'

const PAGE = 100
const MINUTE = 60_000

/** Hands a count's report over as a file, which a browser shows and prints. @param {string} count */
export async function saveReport(count) {
	const report = await live.command('count.report', { count })
	const link = document.createElement('a')
	link.href = URL.createObjectURL(new Blob([report.html], { type: 'text/html' }))
	link.download = report.name
	link.click()
	setTimeout(() => URL.revokeObjectURL(link.href), MINUTE)
}

/** What the log tells of an item, newest last. */
export function History({ item }) {
	const told = useSignal(/** @type {any} */ (null))
	const failed = useSignal(false)
	const fetch = async before => {
		const h = await live.command('item.history', { item, limit: PAGE, ...(before && { before }) })
		told.value = { ...h, entries: [...h.entries, ...(before ? told.value.entries : [])] }
	}
	useEffect(() => { fetch(0).catch(() => { failed.value = true }) }, [item])
	if (failed.value) return html`<p class="soft">${w.failed}</p>`
	if (!told.value) return html`<p class="soft" role="status">${words.loading}</p>`
	const { entries, older, next } = told.value
	return html`<section class="history"><p class="soft">${w.of(entries.length)}</p>
		${older > 0 && html`<p class="more"><${Act} kind="quiet" run=${() => fetch(next)}>${w.older(older)}<//></p>`}
		<ol class="rows scans">${entries.map((e, i) => html`<${Entry} key=${`${e.seq} ${i}`} entry=${e} />`)}</ol>
	</section>`
}

function Entry({ entry: e }) {
	const late = isSet(e.learned) && new Date(e.learned).getTime() - new Date(e.at).getTime() > MINUTE
	const notes = [e.count, e.bin, e.by, e.source !== e.by && e.source, e.why, e.undone && w.undone, late && w.learned(moment(e.learned)), w.row(e.seq)]
	return html`<li data-undone=${e.undone}><time class="soft" title=${moment(e.at)}>${moment(e.at) === time(e.at).slice(0, 5) ? time(e.at) : moment(e.at)}</time>
		<div class="who"><span><bdi>${e.words}</bdi></span><span class="soft">${notes.filter(Boolean).map((n, i) => html`${i > 0 && ' · '}<bdi>${n}</bdi>`)}</span></div></li>`
}
