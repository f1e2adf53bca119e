// The state strip: three facts that are easily taken for each other. Whether the
// agent is reachable from here, whether the scanners are, and whether the shop is.
import { html } from '../vendor/preact.js'
import { live, manages, devices } from '../stockhand.js'
import { address } from '../route.js'
import { moment, time } from '../format.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Icon } from '../parts/icon.js'
import { later, seldom } from '../parts/later.js'
import { Mark } from '../parts/mark.js'

const Who = seldom(() => import('./person.js').then(m => m.Who))
const Shop = later(() => import('./shop.js').then(m => m.Shop))

export const Strip = () => html`<section class="strip" aria-label=${words.strip.label}>
	<div class="facts" data-old=${live.phase.value !== 'live'}><${Agent} /><${Scanners} />${manages() && html`<${Shop} />`}${live.people.value && html`<${Who} />`}${live.simulation.value && html`<${Simulated} />`}</div>
	<${Stale} />
	<${Damage} />
</section>`

function Agent() {
	const phase = live.phase.value
	const unsent = live.unanswered.value
	return html`<div class="fact" role="status">
		<${Mark} state=${phase} word=${words.strip.phases[phase]} />
		${unsent > 0 && phase !== 'live' && html`<span class="soft">${words.strip.unsent(unsent)}</span>`}
	</div>`
}

/** Since when a fact is out of date. What nobody can know now is not shown as if it were so. */
export const AsOf = () => live.phase.value !== 'live' && live.lastContact.value > 0 && html`<span class="soft">${words.strip.asOf(moment(live.lastContact.value))}</span>`

/** The banner scrolls away; this stays. */
const Simulated = () => html`<span class="fact simulated-fact"><${Icon} name="flask" /><span>${words.simulated}</span></span>`

/** Shown only while the agent is out of reach. */
function Stale() {
	if (live.phase.value === 'live') return null
	return html`<div class="stale" data-tone="warn">
		<p>${live.lastContact.value > 0 && html`<strong>${words.strip.last(time(live.lastContact.value))}.</strong> `}${words.strip.stale}</p>
		<${Act} icon="again" run=${() => live.retry()}>${words.strip.retry}<//>
	</div>`
}

/** Shown until somebody who may says to know of it. */
function Damage() {
	const damage = devices.damage.value
	if (!damage) return null
	return html`<div class="stale" data-tone="error" role="alert">
		<p><strong>${damage.what}</strong> ${damage.means} ${damage.do}</p>
		${manages() && html`<${Act} icon="check" run=${() => live.command('damage.acknowledge')}>${words.strip.known}<//>`}
	</div>`
}

export const isReady = device => device.state?.name === 'reading'

/** Whether anybody expects the scanner to be there. */
export const isWanted = device => device.state?.name !== 'disabled' && device.state?.name !== 'seen'

function Scanners() {
	if (!devices.ready.value) return html`<div class="fact"></div>`
	const all = devices.devices.all().filter(isWanted)
	const down = all.filter(d => !isReady(d)).length
	const word = all.length === 0 ? words.strip.noScanner : down ? words.strip.scannersDown(down, all.length) : words.strip.scanners(all.length)
	return html`<a class="fact" href=${address('devices')}><${Mark} state=${all.length === 0 || down ? 'down' : 'up'} word=${word} /><${AsOf} /></a>`
}
