// Numbers, money and times as people read them here.

const locale = document.documentElement.lang || 'en'
const whole = new Intl.NumberFormat(locale)
const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' })
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const minute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const plural = new Intl.PluralRules(locale)
const currencies = new Map()

/** A minus is a minus sign, not a hyphen. @param {string} text */
const minus = text => text.replace(/-/g, '\u2212')

/** @param {number} n */
export const number = n => minus(whole.format(n))

/** With its sign: +3, −2, 0. @param {number} n */
export const difference = n => minus(signed.format(n))

/**
 * @param {{minor: number, currency: string}|null|undefined} amount
 * @param {'exceptZero'|'auto'} signDisplay
 */
export function money(amount, signDisplay = 'exceptZero') {
	if (!amount?.currency) return ''
	const key = amount.currency + signDisplay
	if (!currencies.has(key)) currencies.set(key, new Intl.NumberFormat(locale, { style: 'currency', currency: amount.currency, signDisplay }))
	const format = currencies.get(key)
	const digits = format.resolvedOptions().maximumFractionDigits
	return minus(format.format(amount.minor / 10 ** digits)).replace(/^[+\u2212]/, '$&\u2060') // never alone at the end of a line
}

/** Go writes a time that is not set as the year 1. @param {string|null|undefined} at */
export const isSet = at => Boolean(at) && !at.startsWith('0001-')

/** Hours, minutes and seconds. @param {string|number} at */
export const time = at => clock.format(new Date(at))

/** Hours and minutes of today, with the date on other days. @param {string|number} at */
export function moment(at) {
	const date = new Date(at)
	return date.toDateString() === new Date().toDateString() ? minute.format(date) : day.format(date)
}

/**
 * A stretch of time in its two largest units.
 * @param {number} ms
 */
export function age(ms) {
	const seconds = Math.max(0, Math.round(ms / 1_000))
	if (seconds < 60) return `${seconds} s`
	const minutes = Math.floor(seconds / 60)
	if (minutes < 60) return `${minutes} min`
	const hours = Math.floor(minutes / 60)
	return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`
}

/**
 * The number and its noun: "1 line", "2 lines".
 * @param {number} n
 * @param {string} one
 * @param {string} other
 */
export const many = (n, one, other) => `${number(n)} ${plural.select(n) === 'one' ? one : other}`

/** What people call a scanner: the end of a path, or its whole identity. @param {string} id */
export const deviceName = id => id.split('/').pop() || id
