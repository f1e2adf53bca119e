// The scanners: whether each is ready, what it read, and what to do if it is not.
import { html, useSignal } from '../vendor/preact.js'
import { devices, live, manages } from '../stockhand.js'
import { address } from '../route.js'
import { isSet, moment, number } from '../format.js'
import { scannerName } from '../scanners.js'
import { words } from '../words.js'
import { pairing, sheet } from '../words-pairing.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Empty } from '../parts/empty.js'
import { Icon } from '../parts/icon.js'
import { Mark } from '../parts/mark.js'
import { Symbol } from '../parts/symbol.js'
import { tell } from '../parts/notices.js'
import { Title } from '../parts/title.js'
import { isReady, isWanted } from './strip.js'

const w = more.devices

/** An EAN-13 that no article has: 2000000000008. */
const EXAMPLE = '10100011010001101010011101001110001101010011101010111001011100101110010111001011100101001000101'

export function DevicesScreen() {
	return html`<div class="screen">
		<header class="screen-head"><${Title} text=${w.title} />
			<a class="button" href=${address('devices', 'sheet')}><${Icon} name="list" /><span>${sheet.open}</span></a>
			${manages() && devices.devices.keys.value.length > 0 && html`<${Add} />`}</header>
		${devices.ready.value ? html`<${List} />` : html`<p class="soft" role="status">${words.loading}</p>`}
	</div>`
}

const Add = ({ main }) => html`<a class="button ${main ? 'main' : ''}" href=${address('devices', 'add')}><${Icon} name="plus" /><span>${pairing.title}</span></a>`

function List() {
	const keys = devices.devices.keys.value
	if (keys.length === 0) return html`<section class="card"><${Empty} icon="plug" title=${w.none} help=${manages() ? w.noneHelp : w.noneAsk}>${manages() && html`<${Add} main />`}<//></section>`
	return html`<ul class="devices">${keys.map(key => html`<${Device} key=${key} row=${devices.devices.at(key)} />`)}</ul>
		<section class="card try"><div><h2>${w.tryTitle}</h2><p class="soft">${w.tryHelp}</p></div><figure><${Symbol} rows=${[EXAMPLE]} quiet=${11} label="2000000000008" /><figcaption class="code">2000000000008</figcaption></figure></section>`
}

function Device({ row }) {
	const d = row.value
	const name = d.state?.name ?? ''
	const title = scannerName(d.device)
	const leaving = useSignal(false)
	const idle = isReady(d) && !d.pass
	return html`<li class="card device">
		<h2 title=${d.device}><bdi>${title}</bdi></h2>
		${title !== d.device && html`<p class="help code"><bdi>${d.device}</bdi></p>`}
		<p class="pill"><${Mark} state=${isReady(d) ? 'up' : isWanted(d) ? 'down' : 'signed-out'} word=${w.names[name] ?? name} />${d.count && html` <a href=${address('count', d.count)}>${w.inPass}</a>`}</p>
		<p>${d.state?.sentence} ${d.state?.remedy && html`<strong>${d.state.remedy}</strong>`}</p>
		<dl class="figures">
			<div><dt>${w.stored}</dt><dd>${number(d.tally?.stored ?? 0)}</dd></div>
			<div><dt>${w.last}</dt><dd>${isSet(d.tally?.last?.at) ? moment(d.tally.last.at) : w.never}</dd></div>
			${d.tally?.unowned > 0 && html`<div><dt>${w.unowned}</dt><dd>${number(d.tally.unowned)}</dd></div>`}
		</dl>
		${(idle && d.tally?.unowned > 0) && html`<p class="help">${devices.labels.value ? w.unownedLabel : w.unownedHelp}</p>`}
		${d.state?.paired && manages() && html`<p><${Act} kind="quiet" run=${() => { leaving.value = true }}>${pairing.forget}<//></p>`}
		${leaving.value && html`<${Forget} device=${d.device} title=${title} onClose=${() => { leaving.value = false }} />`}
	</li>`
}

function Forget({ device, title, onClose }) {
	const run = async () => {
		await live.command('device.unpair', { device })
		tell(pairing.forgotten(title))
		onClose()
	}
	return html`<${Dialog} title=${pairing.forgetTitle(title)} lead=${pairing.forgetLead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//><${Act} kind="danger" run=${run}>${pairing.forget}<//>`} />`
}
