// Who uses this browser: told by a PIN or by a badge. It says who counts and who
// approves; nobody can do more by it than the browser may.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { takeKeyboardCodes } from '../keyboard.js'
import { person as w } from '../words-person.js'
import { words } from '../words.js'
import { Act } from '../parts/act.js'
import { Dialog } from '../parts/dialog.js'
import { Field } from '../parts/field.js'
import { complain, tell, warn } from '../parts/notices.js'

const BEFORE = 60_000 // milliseconds before somebody is signed out it is said
const SELDOM = 20_000 // the agent is told no more often that somebody is here

/** Tells the agent that somebody is here, and people when they are signed out. */
function usePresence() {
	const who = live.person.value
	useEffect(() => {
		if (!who) return
		let told = -SELDOM, due = Infinity, timer = 0
		const here = async () => {
			told = performance.now()
			const { after } = await live.command('person.here') // nanoseconds
			due = performance.now() + after / 1e6
			clearTimeout(timer)
			if (after / 1e6 > BEFORE) timer = setTimeout(() => warn(w.soon(who.name)), after / 1e6 - BEFORE)
		}
		const moved = () => {
			if (live.phase.peek() === 'live' && performance.now() - told >= SELDOM) here().catch(() => {})
		}
		moved()
		for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, moved, true)
		return () => {
			clearTimeout(timer)
			for (const kind of ['pointerdown', 'keydown']) removeEventListener(kind, moved, true)
			if (performance.now() > due - 1_000) warn(w.idle(who.name))
		}
	}, [who?.id])
}

/** In the state strip: who has signed in, and the way to change that. */
export function Who() {
	const asking = useSignal(false)
	const who = live.person.value
	usePresence()
	return html`<div class="fact"><button type="button" class="link" onClick=${() => { asking.value = true }}>
		${who ? html`<span class="heard-only">${w.signedIn} </span><bdi dir="auto">${who.name}</bdi>` : w.nobody}</button></div>
		${asking.value && html`<${SignInDialog} onClose=${() => { asking.value = false }} />`}`
}

function SignInDialog({ onClose }) {
	const choices = useSignal(/** @type {{id: string, name: string}[]|null} */ (null))
	const chosen = useSignal(/** @type {{id: string, name: string}|null} */ (null))
	const enter = async proof => {
		const { person } = await live.command('person.sign-in', proof)
		tell(w.hello(person.name))
		onClose()
	}
	useEffect(() => {
		live.command('person.choices').then(list => { choices.value = list ?? [] }, complain)
		return takeKeyboardCodes(badge => { enter({ badge }).catch(complain); return true })
	}, [])
	const out = async () => {
		await live.command('person.sign-out')
		tell(w.bye)
		onClose()
	}
	const who = live.person.value
	const pick = c => { chosen.value = c }
	if (chosen.value) return html`<${PINDialog} who=${chosen.value} onEnter=${enter} onBack=${() => pick(null)} onClose=${onClose} />`
	return html`<${Dialog} title=${w.title} lead=${w.lead} onClose=${onClose}
		actions=${html`<${Act} run=${onClose}>${words.cancel}<//>${who && html`<${Act} icon="off" run=${out}>${w.out(who.name)}<//>`}`}>
		${choices.value === null && html`<p class="soft" role="status">${words.loading}</p>`}
		${choices.value?.length === 0 && html`<p>${w.noPIN}</p>`}
		<div class="chips">${choices.value?.map(c => html`<button key=${c.id} type="button" class="button" onClick=${() => pick(c)}><bdi dir="auto">${c.name}</bdi></button>`)}</div>
	<//>`
}

const PAD = { display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 7rem))', gap: '8px', justifyContent: 'center' }
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'back']

/** A pad for thumbs and gloves; a keyboard works as well. */
function PINDialog({ who, onEnter, onBack, onClose }) {
	const pin = useSignal('')
	const run = async () => {
		const typed = pin.value
		pin.value = ''
		await onEnter({ person: who.id, pin: typed })
	}
	const press = key => { pin.value = key === 'back' ? pin.value.slice(0, -1) : pin.value + key }
	const keys = e => { if (e.key === 'Enter' && pin.value) run().catch(complain) }
	return html`<${Dialog} title=${w.pinOf(who.name)} onClose=${onClose}
		actions=${html`<${Act} run=${onBack}>${w.other}<//><${Act} kind="main" icon="check" disabled=${pin.value.length < 6} run=${run}>${w.enter}<//>`}>
		<${Field} label=${w.pin}><input data-first type="password" inputmode="none" autocomplete="off" maxlength="12" value=${pin} onKeyDown=${keys}
			onInput=${e => { pin.value = e.currentTarget.value = e.currentTarget.value.replace(/\D/g, '') }} /><//>
		<div style=${PAD}>${KEYS.map((key, n) => key ? html`<button key=${n} type="button" class="button" aria-label=${key === 'back' ? w.back : key} onClick=${() => press(key)}>${key === 'back' ? '⌫' : key}</button>` : html`<span key=${n}></span>`)}</div>
	<//>`
}
