// The sentences of the plan and of a count's figures. What the figures themselves
// mean is said by the agent, which reckons them.
import { many, number } from './format.js'

export const plan = {
	title: 'Plan', asOf: at => `as of ${at}`, again: 'Look again',
	failed: 'The plan could not be made.',
	nothing: 'There is nothing to plan yet',
	nothingHelp: 'A plan is made from the catalogue: what each item is worth, how it sells, and when it was last counted. Connect the shop, or import a catalogue, and the plan is here.',
	jobs: 'Ready to be opened', jobsHelp: 'Each is a count that opens with one press. Nobody has to count all of them.',
	noJobs: 'There is no job to open', noJobsHelp: 'Nothing is due that is not being counted already. The next job appears here by itself.',
	kinds: { daily: 'Today', zeros: 'Empty places', weekly: 'This week', monthly: 'This month', quarterly: 'This quarter' },
	size: (items, lines, minutes) => `${many(items, 'item', 'items')} · ${many(lines, 'line', 'lines')} · about ${many(minutes, 'minute', 'minutes')}`,
	open: 'Open this count', openOf: name => `Open this count: ${name}`, opened: name => `${name} is open.`,
	which: 'Which items',
	due: 'Due now', dueNone: 'Nothing is due', dueNoneHelp: 'Everything was counted in time, and nothing gives a reason to look sooner. What becomes due appears here, each with its reason.',
	overdue: 'overdue', overdueOf: n => `${number(n)} overdue`,
	class: c => c === 'none' ? 'no class' : `class ${c}`,
	more: n => `Show ${many(n, 'more item', 'more items')}`,
	coverage: 'Counted within a quarter', byNumber: 'By number', byValue: 'By value', noValue: 'not known',
	classes: 'Classes', classesHelp: 'By value and by how often an item is handled; the better of both counts.',
	columns: { class: 'Class', every: 'Counted', items: 'Items', counted: 'In the quarter', due: 'Due' },
	ofAll: (n, of) => `${number(n)} of ${number(of)}`,
	every: days => `every ${many(days, 'day', 'days')}`,
	work: 'Work of a day', lines: n => n === 1 ? 'line a day' : 'lines a day', minutes: n => n === 1 ? 'minute a day' : 'minutes a day', seconds: measured => measured ? 'seconds a line, measured' : 'seconds a line, assumed',
	unknown: 'What could not be known', all: 'All items together:',
}

export const figures = {
	title: 'Figures', back: 'Review', of: name => `Figures of ${name}`,
	failed: 'The figures could not be worked out.',
	nothing: 'There is nothing to compare yet',
	nothingHelp: 'Figures compare what was counted with what the shop says should be there. As soon as an item is counted in all its bins and the shop has stated its number, it is in them.',
	leftOut: n => `${many(n, 'item is', 'items are')} in none of these figures`,
	left: {
		incomplete: n => `${number(n)} not counted in all ${n === 1 ? 'its' : 'their'} bins`,
		not_adjustable: n => `${number(n)} without a number at the shop`,
		waiting: n => `${number(n)} waiting for what was sold meanwhile`,
		absurd: n => `${number(n)} with a quantity or a cost that cannot be`,
	},
	unknown: 'not known',
	under: 'under', over: 'over',
	ofAll: (some, of) => `${some} of ${number(of)}`, to: (lo, hi) => `${lo} to ${hi}`,
	units: n => n === '1' ? '1 unit' : `${n} units`,
	noCost: n => `${many(n, 'item', 'items')} without a cost left out`,
	meanLeft: n => `${number(n)} left out of which nothing was counted`,
	metrics: 'How well the books said what was there', metricsHelp: 'A figure is a range where something could not be known: the truth lies somewhere between both ends.',
	investigate: { within: 'within the limit', over: 'to be investigated', unclear: 'may have to be investigated', unknown: 'not known' },
	match: 'match to the unit', hit: 'within tolerance', overLimit: 'over the limit',

	shrinkage: 'Shrinkage', limit: text => `Limit ${text}`,
	rates: {
		expected: ['Of the expected stock', 'value of what is missing divided by the value of what should be there, both at cost'],
		sales: ['Of sales', 'value of what is missing divided by the value of what was sold, both at cost'],
	},
	salesFrom: at => `Sales are known since ${at}.`, noSales: 'No sales are known to divide by.',
	noMoney: 'No item has a cost, so nobody knows what is missing in money.',
	verdicts: { within: 'within the limit', over: 'over the limit', unclear: 'the limit lies between', unknown: 'not known' },
	net: text => `less what is over: ${text}`,
	amounts: { expected: 'What should be there', unknown_loss: 'Missing, nobody knows why', unknown_gain: 'Over', written_off: 'Approved as damaged or expired', net: 'Over less missing', known_damage: 'Damaged, on the shelf', sold: 'Sold' },
	amountsTitle: currency => `In ${currency}, at cost`,

	look: 'To be investigated', lookNone: 'Nothing is over the limit',
	lookNoneHelp: 'An item far from what should be there is listed here, the greatest difference first.',
	counted: n => `counted ${number(n)}`, expected: text => `expected ${text}`, maybe: 'perhaps',
	more: n => `Show ${number(n)} more`,

	hints: 'Worth a look', hintsHelp: 'Each is a hint and no proof; nothing is changed by it.',
	hintsNone: 'No shelf looks scanned twice, and no goods look taken for each other.',
	doubled: 'Shelves that look scanned twice', moreDoubled: n => `${many(n, 'more shelf looks', 'more shelves look')} so.`,
	offsets: 'Goods that may have been taken for each other',

	groups: { classes: 'By class', zones: 'By zone', counters: 'By who counted' },
	groupsHelp: { classes: '', zones: '', counters: 'In the order of names. This is no ranking: who counts the difficult shelf finds more.' },
	none: { classes: 'without a class', zones: 'in no zone', counters: 'by nobody known' },
	several: { classes: 'of several classes', zones: 'in several zones', counters: 'counted by several' },
	columns: { name: 'Name', items: 'Items', match: 'Match', hit: 'Tolerated', counter: 'Who', lines: 'Lines an hour', units: 'Units an hour', active: 'At work' },

	agreement: 'Counted again by somebody else', agreementHelp: 'Only lines that somebody doubted are counted again, so this is no sample.',
	agreed: (equal, of, rate, between) => `${number(equal)} of ${number(of)} equal: ${rate}. By chance alone it may be ${between} (95 %).`,
	tooFew: n => `${many(n, 'line was', 'lines were')} counted again: too few for a rate.`,
	unclear: n => `${many(n, 'line', 'lines')} can't be compared: something moved at the same time.`,

	pace: 'Pace', together: 'Together', paceNone: 'Nothing was counted yet.', short: '–',
	finish: 'When it will be through',
	through: (early, late) => early === late ? `In about ${early}` : `In ${early} to ${late}`,
	likely: text => `most likely in ${text}`,
	remaining: (units, working) => `${many(units, 'unit is', 'units are')} expected and not counted yet; ${many(working, 'person counts', 'people count')} now.`,
	notYet: 'Too little was counted to foretell the end, or nobody is counting.',

	certificate: 'What this spot check says of everything', wrong: 'Wrong', open: 'Not checked yet',
	drawnBy: seed => `The items were drawn by chance with “${seed}” and can be drawn again.`,
}
