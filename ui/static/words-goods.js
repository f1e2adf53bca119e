// The sentences about lots and damaged units.
import { number } from './format.js'

export const goods = {
	lots: 'Lots',
	lot: (lot, expiry) => `${lot ? `Lot ${lot}` : 'No lot'}${expiry ? `, until ${expiry}` : ''}`,
	serials: list => `serial numbers ${list}`,
	damaged: n => `of these ${number(n)} damaged`,
	ask: 'Have them moved to damaged', moved: 'They are moved',
}
