// Adding a scanner: codes to scan, what arrives, what was learned from it.
import { html, useComputed, useEffect, useSignal } from '../vendor/preact.js'
import { live, pairing } from '../stockhand.js'
import { address, go } from '../route.js'
import { age, number, time } from '../format.js'
import { until } from '../now.js'
import { words } from '../words.js'
import { pairing as w } from '../words-pairing.js'
import { Act } from '../parts/act.js'
import { Empty } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { Icon } from '../parts/icon.js'
import { Mark } from '../parts/mark.js'
import { tell } from '../parts/notices.js'
import { Symbol } from '../parts/symbol.js'
import { Title } from '../parts/title.js'

export function PairingScreen() {
	useEffect(() => live.subscribe(pairing.topic, pairing), [])
	return html`<div class="screen">
		<header class="screen-head"><div class="count-name">
			<a class="icon-button" href=${address('devices')} aria-label=${w.back} title=${w.back}><${Icon} name="left" /></a>
			<${Title} text=${w.title} />
		</div>${pairing.data.value?.active && html`<${Ends} />`}</header>
		<${Stage} />
	</div>`
}

function Stage() {
	if (!pairing.ready.value) return html`<p class="soft" role="status">${words.loading}</p>`
	const p = pairing.data.value
	if (!p.active) return html`<section class="card door-card">
		<p class="lead">${w.lead}</p><p>${w.beginHelp}</p>
		<${Act} kind="main" icon="scanner" run=${() => live.command('pairing.begin', {})}>${w.begin}<//>
	</section>`
	const found = p.findings ?? []
	return html`<${Sheet} codes=${p.codes} /><div class="pairing no-print">
		<div class="record">
			${found.length === 0 && html`<${Step} name="identify" codes=${p.codes} big />`}
			${found.length > 1 && html`<p class="explained"><strong>${w.several(found.length)}.</strong></p>`}
			${found.map(f => html`<${Finding} key=${f.candidate} finding=${f} />`)}
			${found.length > 0 && html`<${Optional} codes=${p.codes} answers=${found[0].answers} />`}
		</div>
		<div class="record">
			<${Arrivals} heard=${p.heard ?? []} candidates=${p.candidates ?? []} />
			<${Trouble} />
			<${Candidates} candidates=${p.candidates ?? []} problem=${p.problem} />
		</div>
	</div>`
}

/** All codes, on paper only. */
function Sheet({ codes }) {
	return html`<div class="sheet" aria-hidden="true">${Object.keys(w.steps).map(name => html`<${Step} key=${name} name=${name} codes=${codes} />`)}</div>`
}

/** When the listening ends, and what ends it sooner. */
function Ends() {
	const left = useComputed(() => age(until(pairing.data.value.until)))
	return html`<div class="deeds no-print">
		<span class="soft">${w.left(left.value)}</span>
		<${Act} kind="quiet" run=${() => live.command('pairing.begin', {})}>${w.more}<//>
		<${Act} run=${() => print()}>${w.print}<//>
		<${Act} icon="stop" run=${() => live.command('pairing.end', {})}>${w.stop}<//>
	</div>`
}

/** @param {{name: string, codes: any[], big?: boolean, answer?: string}} props */
function Step({ name, codes, big, answer }) {
	const step = w.steps[name]
	return html`<section class="card step" data-big=${Boolean(big)} data-step=${/^(upc|ean)/.test(name) ? name : null}>
		<div><h2>${step.title}</h2><p class="help">${step.help}</p>
			${answer && html`<p><${Mark} state=${answer === 'as printed' || answer === 'expanded' ? 'up' : 'conflict'} word=${w.answers[answer]} /></p>`}</div>
		<div class="symbols">${codes.filter(c => c.step === name).map(c => html`<${Symbol} key=${c.symbology} rows=${c.rows} quiet=${c.quiet} label=${c.text} />`)}</div>
	</section>`
}

function Optional({ codes, answers }) {
	const steps = Object.keys(w.steps).filter(name => name !== 'identify')
	return html`<details class="card more-steps"><summary>${w.optional}</summary>
		${steps.map(name => html`<${Step} key=${name} name=${name} codes=${codes} answer=${answers[name]} />`)}
	</details>`
}

function Finding({ finding }) {
	const name = useSignal('')
	const use = async () => {
		await live.command('pairing.finish', { device: finding.candidate, name: name.value })
		tell(w.used(name.value.trim()))
		go('devices')
	}
	return html`<section class="card finding" role="status">
		<h2><${Mark} state="up" word=${w.found} big /></h2>
		<p><strong>${finding.name || finding.candidate}</strong> <span class="soft">· ${w.drivers[finding.driver] ?? finding.driver}</span></p>
		${finding.socket && html`<p class="help">${w.socket}</p>`}
		<${Learned} learned=${finding.learned} />
		${(finding.faults ?? []).map(f => html`<p key=${f.name} class="explained">${f.sentence} <strong>${f.remedy}</strong></p>`)}
		<form onSubmit=${e => e.preventDefault()}>
			<${Field} label=${w.name} help=${w.nameHelp}><input type="text" maxlength="60" autocomplete="off" placeholder=${w.namePlaceholder} value=${name.value} onInput=${e => { name.value = e.currentTarget.value }} /><//>
			<${Act} kind="main" icon="check" disabled=${!name.value.trim()} run=${use}>${w.use}<//>
		</form>
	</section>`
}

function Learned({ learned }) {
	const keys = Object.keys(w.keys).filter(key => learned[key])
	return html`<dl class="learned" aria-label=${w.learned}>${keys.map(key => html`<div key=${key}>
		<dt>${w.keys[key]}</dt><dd><bdi>${w.values[key]?.[learned[key]] ?? learned[key]}</bdi></dd>
	</div>`)}</dl>`
}

/** The test box: every byte, what it means, how long it took. */
function Arrivals({ heard, candidates }) {
	const called = id => candidates.find(c => c.id === id)?.name || id
	return html`<section class="card" aria-label=${w.heard}>
		<div class="head"><h2>${w.heard}</h2></div>
		${heard.length === 0 && html`<${Empty} icon="scanner" title=${w.heardNone} help=${w.heardNoneHelp} />`}
		<ol class="rows arrivals" aria-live="polite">${heard.slice(0, 8).map(h => html`<li key=${h.at + h.bytes}>
			<div class="who"><bdi class="code" dir="ltr">${h.text}</bdi>
				<span class="soft"><bdi>${h.meaning}</bdi></span>
				<span class="soft code bytes" dir="ltr">${h.bytes.replace(/../g, '$& ')}</span>
				<span class="soft">${called(h.candidate)} · <time datetime=${h.at}>${time(h.at)}</time> · ${w.took(number(h.took_ms))}${h.repeated && html` · <${Mark} state="conflict" word=${w.repeated} />`}${h.lost && html` · <${Mark} state="conflict" word=${w.lost} />`}</span>
			</div>
		</li>`)}</ol>
	</section>`
}

/** What to try, for each reason why nothing arrives. */
const Trouble = () => html`<details class="card more-steps"><summary>${w.trouble}</summary>
	<dl class="troubles">${w.troubles.map(t => html`<div key=${t.title}><dt>${t.title}</dt><dd>${t.text}</dd></div>`)}</dl>
</details>`

function Candidates({ candidates, problem }) {
	return html`<section class="card" aria-label=${w.candidates}>
		<div class="head"><h2>${w.candidates}</h2></div>
		${candidates.length === 0 && html`<${Empty} icon="plug" title=${w.noCandidates} help=${w.noCandidatesHelp} />`}
		<ul class="rows">${candidates.map(c => html`<li key=${c.id}>
			<div class="who"><bdi>${c.name || c.id}</bdi>
				<span class="soft">${w.drivers[c.driver] ?? c.driver}${c.likely && ` · ${w.likely}`}</span>
				${c.sentence && html`<span>${c.sentence} <strong>${c.remedy}</strong></span>`}</div>
			<${Mark} state=${c.sentence ? 'down' : 'up'} word=${c.sentence ? '' : w.listening} />
		</li>`)}</ul>
		${problem && html`<p class="explained">${problem}</p>`}
	</section>`
}
