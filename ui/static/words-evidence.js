// Words of what shows how something came about.
import { many, number } from './format.js'

export const evidence = {
	older: n => `${many(n, 'row of the log is', 'rows of the log are')} before these: show more`,
	of: n => many(n, 'entry', 'entries'),
	undone: 'undone',
	row: n => `row ${number(n)}`,
	learned: at => `known since ${at}`,
	failed: 'The history could not be fetched.',
}
