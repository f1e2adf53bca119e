// The sentences of what a count is about: opening it, and what is left of it.
import { many, number } from './format.js'

export const scope = {
	name: 'Name', namePlaceholder: 'Shelves by the window', type: 'Type', openNow: 'Open the count',
	types: { cycle: 'a part of the shop, in turn', spot: 'a few items', full: 'the whole catalogue', 'zero-confirmation': 'confirm what is gone; without a list it is what should be gone by the shop’s numbers' },
	what: 'What to count',
	free: ['Wherever somebody walks', 'The shelves that are scanned.'],
	places: ['Zones or shelves', 'All that is known to lie there.'],
	classes: ['Classes', 'What sells most or is worth most, and the rest.'],
	list: ['A list of items', 'Only these, wherever they lie.'],
	jobHelp: (items, minutes, why) => `${many(items, 'item', 'items')}, ${many(minutes, 'minute', 'minutes')}. ${why}`,
	zones: 'Zones', zone: (name, bins) => `${name} (${many(bins, 'shelf', 'shelves')})`, noZones: 'The catalogue has no zones: name shelves.',
	bins: 'Shelves', binsHelp: 'With commas between them. Empty: all of the zones.',
	class: (name, items) => `${name === 'none' ? 'Without a class' : `Class ${name}`} (${many(items, 'item', 'items')})`,
	items: 'Items', itemsHelp: 'A SKU or barcode on each line.',
	check: 'Check first', checked: n => `${many(n, 'item was', 'items were')} looked at.`, fine: 'Nothing stands against counting them.',
	namesOf: (names, more) => more > 0 ? `${names} and ${number(more)} more` : names,
	notKnown: 'Not known beforehand', told: 'What the shop says of them', riskFirst: 'Look at these first:',

	outside: n => `Scanned and not asked for: ${many(n, 'item', 'items')}. Take in what is to be counted here.`,
	left: 'Left to count', leftOf: (left, total) => `${number(left)} of ${number(total)}`, through: 'Everything that was asked for is counted.',
	nowhere: 'No known shelf', moreLines: n => `Show all ${number(n)}`, enter: 'Type', enterOf: name => `Type the quantity of ${name}`,
	rest: 'What nobody counted',
	first: n => `The first ${number(n)}.`,
	about: (zones, bins, classes, listed) => [
		zones.length > 0 && `${zones.length === 1 ? 'Zone' : 'Zones'} ${zones.join(', ')}`, bins.length > 0 && `${bins.length === 1 ? 'Shelf' : 'Shelves'} ${bins.slice(0, 8).join(', ')}${bins.length > 8 ? ` and ${number(bins.length - 8)} more` : ''}`,
		classes.length > 0 && `Class ${classes.join(', ')}`, listed > 0 && `${many(listed, 'item', 'items')} on the list`,
	].filter(Boolean).join(' · '),
}
