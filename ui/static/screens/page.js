// The page around every screen: who is signed in, which screen is shown, and what
// stands above all of them.
import { html, useEffect, useRef } from '../vendor/preact.js'
import { live, manages, devices, upload, simulation } from '../stockhand.js'
import { route, address } from '../route.js'
import { words } from '../words.js'
import { Icon } from '../parts/icon.js'
import { Notices } from '../parts/notices.js'
import { Banner } from './simulation.js'
import { Strip } from './strip.js'
import { SignIn, Ended, Arriving } from './signin.js'
import { CountsScreen } from './counts.js'
import { CountScreen } from './count.js'
import { UploadScreen } from './upload.js'
import { DevicesScreen } from './devices.js'
import { SettingsScreen } from './settings.js'

export function Page() {
	const phase = live.phase.value
	if (phase === 'signed-out') return html`<${SignIn} />`
	if (phase === 'ended') return html`<${Ended} />`
	if (!live.role.value) return html`<${Arriving} />`
	return html`<${Frame} />`
}

const places = [
	{ at: [], name: 'counts', icon: 'list' },
	{ at: ['upload'], name: 'upload', icon: 'send', managers: true },
	{ at: ['devices'], name: 'devices', icon: 'scanner' },
	{ at: ['settings'], name: 'settings', icon: 'gear' },
]

function Frame() {
	const [screen = '', id = '', tab = ''] = route.value
	const counting = screen === 'count' && tab !== 'review'
	useShared()
	useFocusOnArrival(route.value.join('/'))
	return html`<div class="frame" data-focus=${counting ? 'count' : ''}>
		<a class="skip" href="#content" onClick=${toContent}>${words.skip}</a>
		<div class="top">
			${live.simulation.value && html`<${Banner} />`}
			<div class="bar-wrap"><header class="bar">
				<a class="brand" href=${address()}><img src="icon.svg" alt="" width="32" height="32" /><span>${words.brand}</span></a>
				<${Nav} screen=${screen} />
			</header></div>
			<${Strip} />
		</div>
		<main id="content" tabindex="-1"><${Screen} screen=${screen} id=${id} tab=${tab} /></main>
	</div>
	<${Notices} />`
}

function Nav({ screen }) {
	const here = screen === 'count' ? '' : screen
	return html`<nav aria-label=${words.nav.label}>${places.filter(p => !p.managers || manages()).map(p => html`
		<a key=${p.name} href=${address(...p.at)} aria-current=${here === (p.at[0] ?? '') ? 'page' : null}>
			<${Icon} name=${p.icon} /><span>${words.nav[p.name]}</span>
		</a>`)}</nav>`
}

function Screen({ screen, id, tab }) {
	switch (screen) {
		case 'count': return html`<${CountScreen} key=${id} id=${id} tab=${tab} />`
		case 'upload': return manages() ? html`<${UploadScreen} />` : html`<${CountsScreen} />`
		case 'devices': return html`<${DevicesScreen} />`
		case 'settings': return html`<${SettingsScreen} />`
		default: return html`<${CountsScreen} />`
	}
}

/** Keeps what every screen shows up to date. Counters see nothing of the upload. */
function useShared() {
	const manager = manages()
	const simulated = Boolean(live.simulation.value)
	useEffect(() => live.subscribe(devices.topic, devices), [])
	useEffect(() => manager ? live.subscribe(upload.topic, upload) : undefined, [manager])
	useEffect(() => simulated ? live.subscribe(simulation.topic, simulation) : undefined, [simulated])
}

/** Whoever listens instead of looking is taken to the new screen's title. */
function useFocusOnArrival(place) {
	const before = useRef(place)
	useEffect(() => {
		if (before.current === place) return
		before.current = place
		const title = /** @type {HTMLElement|null} */ (document.querySelector('main h1'))
		title?.focus({ preventScroll: true })
	}, [place])
}

function toContent(event) {
	event.preventDefault() // the address holds the screen
	document.getElementById('content').focus()
}

