// The sentences of where somebody counts.

export const places = {
	title: 'Start a pass', recount: n => `Start recount ${n}`,
	bin: 'Bin', zone: 'Zone', placeholder: 'Scan, type or choose', zonePlaceholder: 'Choose or type',
	start: 'Start', move: 'Change bin', go: 'Go on there',
	isNew: 'Look for a typing mistake: what is counted there is added to what lies in the right bin. If the place is new, go on.',
	useNew: 'It is new, go on',
	scanner: 'Scanner', noScanner: 'None: I type the quantities', taken: 'in another pass',
	thisBrowserHelp: 'For a scanner that types like a keyboard. Keep this page open and in front.',
}
