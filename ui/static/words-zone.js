// The sentences of what becomes of what nobody counted in a zone.
import { many, number } from './format.js'

export const zone = {
	title: 'What nobody counted', lead: 'Known here and counted by nobody. Decide for each; what is not decided stays as it is.',
	zone: 'Zone', none: 'Without a zone', nothing: 'Everything that is known here is counted.',
	walking: n => `${many(n, 'pass is', 'passes are')} still open here: what nobody counted yet may be counted in a moment.`, anyway: 'Decide all the same',
	of: (name, bin) => `What becomes of ${name}${bin ? ` in ${bin}` : ''}`, all: 'All others',
	as: { '': 'Not decided', keep: 'Keep uncounted', zero: 'Gone: 0', empty: 'Looked, not there: 0' },
	help: 'Gone: somebody has walked there and it was not found. Looked: you have just looked for it yourself.',
	notWalked: 'Nobody has been to this shelf.', seen: why => `Not made 0: ${why}. Type its quantity.`, type: name => `Type the quantity of ${name}`,
	kept: (who, when) => `Kept uncounted by ${who}, ${when}.`, more: n => `And ${number(n)} more: decide about these first.`,
	decide: 'Decide', decided: (kept, zeroed) => [kept > 0 && `${many(kept, 'item stays', 'items stay')} uncounted.`, zeroed > 0 && `${many(zeroed, 'item is', 'items are')} confirmed to be gone.`].filter(Boolean).join(' '),
}
