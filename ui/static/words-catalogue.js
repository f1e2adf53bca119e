// The sentences about the catalogue, as it is read from the shop.
import { number } from './format.js'

export const catalogue = {
	title: 'Catalogue',
	items: n => n === 1 ? '1 item' : `${number(n)} items`,
	whole: at => `The whole catalogue was read from the shop ${at}.`,
	fresh: at => `What changed there since then is known up to ${at}. What was deleted there goes when the whole is read again, once a day.`,
	running: words => words ? `It is being read now: ${words}.` : 'It is being read now.',
	look: n => n === 1 ? '1 thing to look at' : `${number(n)} things to look at`,
}
