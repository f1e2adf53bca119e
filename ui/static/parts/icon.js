// Icons, drawn as lines. They stand beside a word, never instead of one.
import { html } from '../vendor/preact.js'

const paths = {
	check: 'M5 12.5l4.5 4.5L19 7.5',
	plus: 'M12 5v14M5 12h14',
	minus: 'M5 12h14',
	warn: 'M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.3',
	stop: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5M12 16v.3',
	question: 'M9 9a3 3 0 1 1 4.6 2.5c-1 .7-1.6 1.2-1.6 2.5M12 17.3v.3',
	clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
	send: 'M12 19V5M6 11l6-6 6 6',
	equal: 'M6 9.5h12M6 14.5h12',
	undo: 'M9 7L5 11l4 4M5 11h9a5 5 0 0 1 0 10h-3',
	right: 'M9 5l7 7-7 7',
	down: 'M5 9l7 7 7-7',
	left: 'M15 5l-7 7 7 7',
	close: 'M6 6l12 12M18 6L6 18',
	search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20',
	again: 'M20 12a8 8 0 1 1-2.4-5.7L20 8.5M20 4v4.5h-4.5',
	scanner: 'M5 4h11l3 5-2 3h-4l-2 8H6l2-9-3-3zM13 12l1 3h2',
	list: 'M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1',
	gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M5.5 18.5l2.1-2.1M16.4 7.6l2.1-2.1',
	link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
	flask: 'M9.5 3h5M10.5 3v6L5 19a1.6 1.6 0 0 0 1.4 2.4h11.2A1.6 1.6 0 0 0 19 19l-5.500-10V3M7.500 15h9',
	off: 'M12 3v8M7 6.300a8 8 0 1 0 10 0',
	dot: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
	plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
	pin: 'M12 21s7-6.200 7-11.500a7 7 0 0 0-14 0C5 14.800 12 21 12 21zM12 7.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z',
}

/** @param {{name: keyof typeof paths}} props */
export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${paths[name]} /></svg>`
