// The sentences around what the doctor finds. What it finds is said by the agent.
import { many, number } from './format.js'

export const doctor = {
	title: 'Doctor', back: 'The shop',
	lead: 'Looks at the shop, its history, transfers, the counts, the scanners and this computer, and says why numbers do not match. It changes nothing.',
	look: 'Look now', again: 'Look again',
	asOf: at => `as of ${at}`,
	doing: (done, of, title) => title ? `${number(done + 1)} of ${number(of)}: ${title}` : 'nearly done',
	begins: 'beginning',
	none: 'It has not looked since the agent started', noneHelp: 'One look takes some seconds, with a large shop up to two minutes.',
	well: 'All is well', wellHelp: 'Nothing was found that makes numbers differ.',
	severity: { broken: 'broken', warning: 'warning', fine: 'fine' },
	fine: n => many(n, 'thing is fine', 'things are fine'),
	shows: n => `What shows it (${number(n)})`, more: n => `and ${many(n, 'more item', 'more items')}`,
	done: 'Done.', adminOnly: 'Whoever may configure can do it.',
}
