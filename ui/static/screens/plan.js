// The plan: what to count now and why, what is ready to be opened, how much was
// counted within a quarter, and what a day's work is.
import { html, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { go } from '../route.js'
import { moment, number } from '../format.js'
import { words } from '../words.js'
import { plan as w } from '../words-plan.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { Looked, useLook } from '../parts/look.js'
import { tell } from '../parts/notices.js'
import { Title } from '../parts/title.js'
import { Bar, Nothing, Pill, percent } from './figures-values.js'

const FEW = 10, MANY = 50

export function PlanScreen() {
	const limit = useSignal(FEW)
	const { shown, problem, look } = useLook(() => live.command('plan.show', { limit: limit.value }), w.failed)
	const further = () => {
		limit.value += MANY
		return look()
	}
	const p = shown.value
	return html`<div class="screen">
		<header class="screen-head"><${Title} text=${w.title} />
			${p && html`<span><span class="soft" role="status">${w.asOf(moment(p.at))}</span> <${Act} kind="quiet" icon="again" run=${look}>${w.again}<//></span>`}</header>
		<${Looked} shown=${shown} problem=${problem} />
		${p && (p.coverage.items === 0 ? html`<${Nowhere} notes=${p.notes} />` : html`<${Shown} plan=${p} onMore=${further} />`)}
	</div>`
}

const Nowhere = ({ notes }) => html`<${Nothing} icon="list" title=${w.nothing} help=${w.nothingHelp} /><${Notes} notes=${notes} />`

const Shown = ({ plan, onMore }) => html`<div class="pairing">
	<div class="record"><${Jobs} jobs=${plan.proposals} /><${DueNow} plan=${plan} onMore=${onMore} /></div>
	<div class="record"><${Coverage} plan=${plan} /><${Work} work=${plan.work} /><${Notes} notes=${plan.notes} /></div>
</div>`

function Jobs({ jobs }) {
	return html`<section class="card"><div class="head"><h2>${w.jobs}</h2></div>
		${jobs.length === 0 ? html`<${Empty} icon="check" title=${w.noJobs} help=${w.noJobsHelp} />`
			: html`<p class="help inset">${w.jobsHelp}</p><ul class="passes">${jobs.map((job, n) => html`<${Job} key=${job.kind} job=${job} first=${n === 0} />`)}</ul>`}
	</section>`
}

function Job({ job, first }) {
	const open = async () => {
		const count = await live.command('plan.open', { job: job.kind })
		tell(w.opened(count.name))
		go('count', count.id)
	}
	return html`<li>
		<p><${Pill} tone="info" word=${w.kinds[job.kind] ?? job.kind} /></p>
		<h3><bdi>${job.name}</bdi></h3>
		<p class="soft">${w.size(job.items, job.lines, job.minutes)} · ${words.counts.types[job.type] ?? job.type}</p>
		<p>${job.why}</p>
		<${Which} job=${job} />
		<p class="deeds"><${Act} kind=${first ? 'main' : 'plain'} icon="plus" label=${w.openOf(job.name)} run=${open}>${w.open}<//></p>
	</li>`
}

/** The items of a job, fetched page by page when somebody asks. */
function Which({ job }) {
	const items = useSignal(/** @type {any[]} */ ([]))
	const failed = useSignal(false)
	const asking = useSignal(false)
	const further = async () => {
		asking.value = true
		try {
			const more = await live.command('plan.show', { job: job.kind, from: items.value.length, limit: MANY })
			items.value = [...items.value, ...more.items]
			failed.value = false
		} catch {
			failed.value = true // the job may be gone by now
		} finally {
			asking.value = false
		}
	}
	const opened = event => { if (event.currentTarget.open && items.value.length === 0) further() }
	const left = items.value.length && job.items - items.value.length
	return html`<details class="decide" onToggle=${opened}><summary><${Icon} name="right" />${w.which}</summary>
		${failed.value && html`<p class="soft">${w.failed}</p>`}
		${asking.value && html`<p class="soft" role="status">${words.loading}</p>`}
		<ul class="rows">${items.value.map(i => html`<${ItemRow} key=${i.item} item=${i} />`)}</ul>
		${left > 0 && html`<p class="more"><${Act} kind="quiet" run=${further}>${w.more(left)}<//></p>`}
	</details>`
}

const ItemRow = ({ item, children = undefined, marks = undefined }) => html`<li><div class="who">
	<bdi dir="auto">${item.name || item.sku || item.item}</bdi>
	<span class="soft"><bdi>${item.sku}</bdi>${item.bins.length > 0 && html` · <bdi>${item.bins.join(', ')}</bdi>`}</span>${children}
</div>${marks}</li>`

function DueNow({ plan, onMore }) {
	const called = new Map(plan.items.map(i => [i.item, i]))
	return html`<section class="card"><div class="head"><h2>${w.due} <span class="tally">${number(plan.due_items)}</span></h2>
		${plan.overdue > 0 && html`<${Pill} tone="warn" icon="clock" word=${w.overdueOf(plan.overdue)} />`}</div>
		${plan.due_items === 0 ? html`<${Empty} icon="check" title=${w.dueNone} help=${w.dueNoneHelp} />`
			: html`<ul class="rows">${plan.due.map(d => html`<${ItemRow} key=${d.item} item=${called.get(d.item) ?? { item: d.item, bins: [] }} marks=${html`<${Marks} due=${d} />`}>
				<span>${d.sentence}${d.standing.lacks && html` <span class="soft">${d.standing.lacks}</span>`}</span><//>`)}</ul>`}
		${plan.due_items > plan.due.length && html`<p class="more"><${Act} kind="quiet" run=${onMore}>${w.more(plan.due_items - plan.due.length)}<//></p>`}
	</section>`
}

const Marks = ({ due }) => html`<span class="learned">${due.overdue && html`<${Pill} tone="warn" icon="clock" word=${w.overdue} />`}
	<${Pill} tone="calm" word=${w.class(due.standing.class)} /></span>`

/** A share rounded down, as the sentence says it. */
const down = share => Math.floor(share * 1000 + 1e-9) / 1000

function Coverage({ plan: { coverage: c, classes } }) {
	const worth = c.value?.minor > 0 ? (c.counted_value?.minor ?? 0) / c.value.minor : null
	return html`<section class="card"><div class="head"><h2>${w.coverage}</h2></div>
		<div class="inset">
			<p>${w.byNumber} <strong>${percent(down(c.counted / c.items))}</strong></p><${Bar} lo=${c.counted / c.items} hi=${c.counted / c.items} />
			<p>${w.byValue} <strong>${worth === null ? w.noValue : percent(down(worth))}</strong></p>${worth !== null && html`<${Bar} lo=${worth} hi=${worth} />`}
			<p class="soft">${c.sentence}</p>
		</div>
		<div class="inset"><h3>${w.classes}</h3><p class="help">${w.classesHelp}</p>
		<table class="plain"><thead><tr><th>${w.columns.class}</th><th>${w.columns.every}</th><th class="n">${w.columns.counted}</th><th class="n">${w.columns.due}</th></tr></thead>
		<tbody>${classes.map(s => html`<tr key=${s.class}><td><strong>${w.class(s.class)}</strong>${s.items > 0 && html`<${Bar} lo=${s.counted / s.items} hi=${s.counted / s.items} />`}</td><td>${w.every(s.days)}</td>
			<td class="n">${w.ofAll(s.counted, s.items)}</td><td class="n">${number(s.due)}</td></tr>`)}</tbody></table></div>
	</section>`
}

function Work({ work }) {
	return html`<section class="card summary"><div class="head"><h2>${w.work}</h2></div>
		<dl class="figures"><div><dt>${w.lines(work.lines_per_day)}</dt><dd>${number(work.lines_per_day)}</dd></div>
			<div><dt>${w.minutes(work.minutes_per_day)}</dt><dd>${number(work.minutes_per_day)}</dd></div>
			<div><dt>${w.seconds(work.measured)}</dt><dd>${number(Math.round(work.seconds_per_line))}</dd></div></dl>
		<p class="soft inset">${work.sentence}</p></section>`
}

const Notes = ({ notes }) => notes.length > 0 && html`<section class="card" data-tone="calm"><div class="head"><h2>${w.unknown}</h2></div>
	<ul class="rows">${notes.map(n => html`<li key=${n}><${Icon} name="question" /><span>${n}</span></li>`)}</ul></section>`
