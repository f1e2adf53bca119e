// What this browser remembers about the person before it.
import { html, useSignal } from '../vendor/preact.js'
import { live, manages } from '../stockhand.js'
import { address } from '../route.js'
import { settings } from '../settings.js'
import { play, unlockSound } from '../sound.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Act } from '../parts/act.js'
import { Choice, Toggle } from '../parts/field.js'
import { Title } from '../parts/title.js'

const w = more.settings

const Switch = ({ label, help, setting }) => html`<${Toggle} label=${label} help=${help} on=${setting.value === 'on'} onTurn=${on => { setting.value = on ? 'on' : 'off' }} />`

const pick = (setting, names) => ({
	value: setting.value, onPick: value => { setting.value = value },
	options: Object.entries(names).map(([value, label]) => ({ value, label })),
})

export function SettingsScreen() {
	return html`<div class="screen narrow">
		<header class="screen-head"><${Title} text=${w.title} /></header>
		<section class="card settings">
			<${Choice} label=${w.theme} name="theme" ...${pick(settings.theme, w.themes)} />
			<${Choice} label=${w.hand} name="hand" ...${pick(settings.hand, w.hands)} />
		</section>
		<section class="card settings">
			<${Switch} label=${w.sound} help=${w.soundHelp} setting=${settings.sound} />
			<${Hear} />
			${'vibrate' in navigator && html`<${Switch} label=${w.vibration} setting=${settings.vibration} />`}
			<${Switch} label=${w.wedge} help=${w.wedgeHelp} setting=${settings.wedge} />
			${settings.wedge.value === 'on' && html`<${Choice} label=${w.wedgeKeys} name="wedge-keys" ...${pick(settings.wedgeKeys, w.wedgeKeyNames)} />`}
		</section>
		${manages() && html`<p><a class="button" href=${address('unknown')}>${w.barcodes}</a></p>`}
		<p><${Act} kind="danger" icon="off" run=${() => live.signOut()}>${w.signOut}<//></p>
	</div>`
}

/** Plays the sounds one after the other, with their names. */
function Hear() {
	const named = useSignal('')
	const run = async () => {
		unlockSound()
		for (const name of /** @type {const} */ (['counted', 'first', 'unknown'])) {
			named.value = words.count.states[name]
			play(name)
			await new Promise(done => setTimeout(done, 900))
		}
		named.value = ''
	}
	if (settings.sound.value !== 'on') return null
	return html`<div class="hear"><${Act} icon="scanner" run=${run}>${w.hear}<//><span class="soft" role="status">${named}</span></div>`
}
