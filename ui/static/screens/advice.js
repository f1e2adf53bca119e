// What is worth counting once more.
import { computed, signal, useEffect } from '../vendor/preact.js'
import { live } from '../stockhand.js'

const SOON = 1000 // ms after the last change of the review

/** @type {import('../vendor/preact.js').Signal<{count: string, lines: {item: string, why: string, loss?: {minor: number, currency: string}}[], sentence: string}>} */
export const advice = signal({ count: '', lines: [], sentence: '' })

const advised = computed(() => new Set(advice.value.lines.map(l => l.item)))

/** Whether a line of the review is among what should be counted once more. */
export const isAdvised = v => advice.value.count === v.count && advised.value.has(v.item)

/** Follows the advice while the review is shown. */
export function useAdvice(id, store, closed) {
	const rows = store.rows.all().map(v => `${v.item} ${v.status} ${v.counted} ${v.variance?.lo}`).join('\n')
	useEffect(() => {
		if (!closed) return
		const soon = setTimeout(() => live.command('count.recount-advice', { count: id }).then(a => { advice.value = { ...a, count: id } }, () => {}), advice.peek().count === id ? SOON : 0)
		return () => clearTimeout(soon)
	}, [id, closed, rows])
}
