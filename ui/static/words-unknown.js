// The sentences of the tray of unknown barcodes.
import { many, number } from './format.js'

const pack = n => n === 1 ? 'a single piece' : `a pack of ${number(n)}`

export const unknown = {
	title: 'Unknown barcodes',
	back: 'Back to the count',
	lead: 'Each was read, stored and kept. Say which item one belongs to, and its scans count: those to come, and those before, each at its own time.',
	leadCounter: 'Each was read, stored and kept. Set the goods aside; a manager can say what they are.',
	none: 'No barcode is unknown',
	noneHelp: 'What no item has appears here as soon as it is scanned.',
	scans: n => many(n, 'scan', 'scans'),
	last: at => `last ${at}`,
	between: (first, last) => first === last ? first : `${first} – ${last}`,
	by: names => `by ${names}`,
	isCase: name => `By its number this is a case of ${name}. How many are in it is not known.`,
	isKnown: (n, name) => `It is ${pack(n)} of ${name} by now. These scans were made before.`,
	near: 'Beside it on the shelf',
	times: n => `×\u00a0${number(n)}`,
	each: 'Each scan',
	columns: { when: 'When', bin: 'Bin', before: 'Before it', after: 'After it', scanner: 'Scanner' },
	nothing: '–',
	teach: 'Say what it is', teachOf: text => `Say what it is: ${text}`,
	countThem: n => `Count ${n === 1 ? 'it' : `all ${number(n)}`}`,
	more: n => `${many(n, 'more barcode is', 'more barcodes are')} not shown.`,
	again: 'Look again',

	card: {
		help: 'They were read, stored and kept. No item has them. Set the goods aside; a manager can say what they are.',
		more: n => n === 1 ? 'Look at it' : `Look at all ${number(n)}`,
		times: (n, bin) => `${many(n, 'read', 'reads')}${bin ? `, first in ${bin}` : ''}`,
	},

	dialog: {
		title: text => `What is ${text}?`,
		lead: 'Scan the item that it belongs to, or choose it.', leadAlone: 'Choose the item that it belongs to.',
		scanned: 'Scanned just now. That scan counts in the count, too.',
		undo: 'Undo that scan', undone: 'That scan is undone.',
		nearby: 'Beside it on the shelf', item: 'Item', other: 'Another item',
		pack: 'One scan of it stands for', packHelp: '1 for a single piece, 12 for a case of 12.',
		units: n => n === 1 ? 'unit' : 'units',
		badPack: 'Type a whole number from 1 to 9,999. A longer number is almost always a barcode.',
		noItem: 'Choose the item that it belongs to.',
		run: 'Teach it',
		taught: (text, n, name) => `${text} is ${pack(n)} of ${name}.`,
		counted: (scans, units) => `${many(scans, 'scan', 'scans')} from before ${scans === 1 ? 'counts' : 'count'} now: ${many(units, 'unit', 'units')}.`,
		leftTitle: 'Some scans stay as they are',
		left: (n, why) => `${many(n, 'scan', 'scans')}: ${why}.`,
	},

	taught: {
		title: 'Taught barcodes',
		help: 'They stay when a new catalogue comes. Where the catalogue has one for something else, the catalogue counts.',
		is: (n, name) => `${pack(n)} of ${name}`,
		when: (at, who) => `taught ${at} by ${who}`,
		forget: 'Forget', forgetOf: text => `Forget ${text}`,
		forgetTitle: text => `Forget what ${text} is?`,
		forgetLead: 'It is unknown again. Scans that counted because it was taught are kept without effect again.',
		forgotten: (text, scans) => scans ? `${text} is forgotten. ${many(scans, 'scan is', 'scans are')} kept without effect again.` : `${text} is forgotten.`,
		leftTitle: 'Some scans go on counting',
	},
}
