// The page around every screen: who is signed in, which screen is shown, and what
// stands above all of them.
import { html, useEffect } from '../vendor/preact.js'
import { live, manages, devices, upload, simulation } from '../stockhand.js'
import { route, address } from '../route.js'
import { words } from '../words.js'
import { Icon } from '../parts/icon.js'
import { later, seldom, fetchAll } from '../parts/later.js'
import { Notices } from '../parts/notices.js'
import { Strip } from './strip.js'
import { Arriving } from './door.js'
import { CountsScreen } from './counts.js'
import { CountScreen } from './count.js'

const SignIn = seldom(() => import('./signin.js').then(m => m.SignIn))
const Ended = seldom(() => import('./signin.js').then(m => m.Ended))
const UploadScreen = later(() => import('./upload.js').then(m => m.UploadScreen))
const DevicesScreen = later(() => import('./devices.js').then(m => m.DevicesScreen))
const SheetScreen = seldom(() => import('./sheet.js').then(m => m.SheetScreen))
const PairingScreen = seldom(() => import('./pairing.js').then(m => m.PairingScreen))
const UnknownScreen = seldom(() => import('./unknown.js').then(m => m.UnknownScreen))
const PlanScreen = seldom(() => import('./plan.js').then(m => m.PlanScreen))
const DoctorScreen = seldom(() => import('./doctor.js').then(m => m.DoctorScreen))
const FiguresScreen = seldom(() => import('./figures.js').then(m => m.FiguresScreen))
const SettingsScreen = later(() => import('./settings.js').then(m => m.SettingsScreen))
const Banner = later(() => import('./simulation.js').then(m => m.Banner))

export function Page() {
	const phase = live.phase.value
	if (phase === 'signed-out') return html`<${SignIn} />`
	if (phase === 'ended') return html`<${Ended} />`
	if (!live.role.value) return html`<${Arriving} />`
	return html`<${Frame} />`
}

const places = [
	{ at: [], name: 'counts', icon: 'list' },
	{ at: ['plan'], name: 'plan', icon: 'clock', managers: true },
	{ at: ['upload'], name: 'upload', icon: 'send', managers: true },
	{ at: ['devices'], name: 'devices', icon: 'scanner' },
	{ at: ['settings'], name: 'settings', icon: 'gear' },
]

function Frame() {
	const [screen = '', id = '', tab = ''] = route.value
	const counting = screen === 'count' && tab !== 'review'
	useShared()
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
		<${Notices} />
	</div>`
}

function Nav({ screen }) {
	const here = ['count', 'unknown', 'figures'].includes(screen) ? '' : screen === 'doctor' ? 'upload' : screen
	return html`<nav aria-label=${words.nav.label}>${places.filter(p => !p.managers || manages()).map(p => html`
		<a key=${p.name} href=${address(...p.at)} aria-current=${here === (p.at[0] ?? '') ? 'page' : null}>
			<${Icon} name=${p.icon} /><span>${words.nav[p.name]}</span>
		</a>`)}</nav>`
}

function Screen({ screen, id, tab }) {
	if (!manages() && ['plan', 'figures', 'upload', 'doctor'].includes(screen)) screen = ''
	switch (screen) {
		case 'count': return html`<${CountScreen} key=${id} id=${id} tab=${tab} />`
		case 'unknown': return html`<${UnknownScreen} key=${id} id=${id} />`
		case 'upload': return html`<${UploadScreen} />`
		case 'plan': return html`<${PlanScreen} />`
		case 'figures': return html`<${FiguresScreen} key=${id} id=${id} />`
		case 'doctor': return html`<${DoctorScreen} />`
		case 'devices': return id === 'sheet' ? html`<${SheetScreen} />` : id === 'add' && manages() ? html`<${PairingScreen} />` : html`<${DevicesScreen} />`
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
	useEffect(() => manager ? fetchAll() : undefined, [manager])
	useEffect(() => simulated ? live.subscribe(simulation.topic, simulation) : undefined, [simulated])
}

function toContent(event) {
	event.preventDefault() // the address holds the screen
	document.getElementById('content').focus()
}
