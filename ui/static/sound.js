// Sounds, made of oscillators. They say what became of a scan; the scanner's own
// beep only says that it was read.
import { settings } from './settings.js'

/** Each tone: frequency in Hz, start and length in seconds, shape, loudness. */
const tunes = {
	counted: [[1320, 0, 0.07]],
	first: [[880, 0, 0.06], [1320, 0.07, 0.08]],
	undone: [[880, 0, 0.06], [587, 0.07, 0.08]],
	moved: [[660, 0, 0.05], [660, 0.08, 0.05]],
	unknown: [[262, 0, 0.14, 'square', 0.12], [220, 0.18, 0.2, 'square', 0.12]],
	refused: [[140, 0, 0.35, 'sawtooth', 0.14]],
}

const shakes = { counted: 20, first: [20, 30, 20], unknown: [120, 60, 120], refused: 250 }

let context = null

/** Must be called while a tap is being handled: browsers are silent before one. */
export function unlockSound() {
	try {
		context ??= new AudioContext()
		if (context.state === 'suspended') context.resume()
	} catch {
		context = null // no sound device
	}
}

/** Unlocks the sound at the first tap or key, whatever it is for. */
export function unlockAtFirstTap() {
	for (const kind of ['pointerup', 'keydown']) addEventListener(kind, unlockSound, { once: true, passive: true })
}

/** @param {keyof typeof tunes} name */
export function play(name) {
	if (settings.vibration.value === 'on') navigator.vibrate?.(shakes[name] ?? 20)
	if (settings.sound.value !== 'on' || context?.state !== 'running') return
	for (const [pitch, start, length, shape = 'sine', loud = 0.25] of tunes[name]) tone(pitch, context.currentTime + start, length, shape, loud)
}

function tone(pitch, at, length, shape, loud) {
	const oscillator = context.createOscillator()
	const gain = context.createGain()
	oscillator.type = shape
	oscillator.frequency.value = pitch
	// A soft edge on both sides: without it each tone clicks.
	gain.gain.setValueAtTime(0, at)
	gain.gain.linearRampToValueAtTime(loud, at + 0.008)
	gain.gain.setValueAtTime(loud, at + length - 0.02)
	gain.gain.linearRampToValueAtTime(0, at + length)
	oscillator.connect(gain).connect(context.destination)
	oscillator.start(at)
	oscillator.stop(at + length)
}
