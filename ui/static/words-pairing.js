// The sentences of adding a scanner.
import { many } from './format.js'

export const sheet = {
	title: 'Codes to print', back: 'All scanners', print: 'Print', which: 'Sheet',
	kinds: { commands: 'Commands', bins: 'Labels of shelves' },
	help: 'Print at 100 %, so that every scanner reads them. A code on this screen is only read by scanners that read screens.',
	open: 'Print codes',
}

export const pairing = {
	title: 'Add a scanner',
	back: 'All scanners',
	lead: 'Any scanner will do: USB, serial or Bluetooth, whatever it is set to. Nothing that is scanned here is counted.',
	begin: 'Start listening', beginHelp: 'Plug the scanner in first. Until you stop, everything plugged in that could be a scanner is listened to.',
	stop: 'Stop', print: 'Print the codes', more: 'Listen longer',
	left: text => `listens for ${text} more`,

	steps: {
		identify: { title: 'Scan this with the new scanner', help: 'If it beeps and nothing happens here, it does not reach this computer. A laser scanner cannot read a screen: print the codes.' },
		separator: { title: 'Codes with a lot or a serial number', help: 'Only if you use them. Either of the two.' },
		'upc-e': { title: 'Short UPC codes', help: 'Only if your goods have them.' },
		'upc-a': { title: 'UPC codes', help: 'Only if your goods have them.' },
		'ean-8': { title: 'Short EAN codes', help: 'Only if your goods have them.' },
	},
	optional: 'More to try, if you like',
	answers: {
		'as printed': 'arrives as printed', expanded: 'arrives in its long form', 'digits lost': 'digits are missing',
		replaced: 'the separator arrives as something else', lost: 'the separator is lost', 'not readable': 'arrives garbled',
	},

	found: 'This is it',
	several: n => `${many(n, 'scanner has', 'scanners have')} sent the code`,
	drivers: { serial: 'USB serial port', keyboard: 'types like a keyboard', 'hid-pos': 'HID POS' },
	socket: 'It has no number of its own: keep it in this USB socket.',
	learned: 'Learned',
	keys: { suffix: 'ends a code with', prefix: 'begins a code with', aim: 'says which kind of code', layout: 'types for the keyboard', caps: 'Caps Lock', baud: 'speed' },
	values: {
		suffix: { cr: 'Enter (CR)', lf: 'LF', crlf: 'CR and LF', tab: 'Tab', etx: 'ETX', none: 'nothing', auto: 'something of its own' },
		aim: { on: 'yes', off: 'no' }, caps: { on: 'turned round', off: 'as it is' },
		layout: { us: 'US', uk: 'UK', de: 'German', fr: 'French', es: 'Spanish', it: 'Italian', nordic: 'Nordic' },
	},
	name: 'What people call it', nameHelp: 'Put a sticker with the same name on it.', namePlaceholder: 'Scanner 1',
	use: 'Use this scanner', used: name => `${name} is ready. Nothing is counted until somebody starts a pass with it.`,

	heard: 'What arrives', heardNone: 'Nothing has arrived yet', heardNoneHelp: 'Pull the trigger on the code. Every byte is shown here, also from other devices.',
	candidates: 'Listened to', noCandidates: 'Nothing that could be a scanner is plugged in', noCandidatesHelp: 'Plug it in, or wait a moment: a scanner needs some seconds to start.',
	likely: 'looks like a scanner', listening: 'listening',
	took: ms => `in ${ms} ms`, repeated: 'twice', lost: 'a part was lost',

	trouble: 'It beeps, and nothing arrives',
	troubles: [
		{ title: 'It types into another window', text: 'It is set to be a keyboard. On Windows a service cannot read keyboards: keep this page open and in front while you count, or better set the scanner to one of the two below.' },
		{ title: 'Set it to HID POS', text: 'The best choice: it says which kind of code it read and can be told to beep. Scan the setup code of its manual called “HID POS”, “USB POS” or “HID bar code scanner” (Honeywell: interface 131).' },
		{ title: 'Or to USB serial', text: 'Scan the setup code called “USB serial”, “virtual COM”, “CDC” or “USB-COM” (Honeywell: interface 130). Windows 10 and later know it without a driver.' },
		{ title: 'It is set for a till', text: 'Codes called “IBM”, “OEM”, “SurePOS” or “SNAPI” belong to other programs. Choose one of the two above.' },
		{ title: 'It is cordless', text: 'Pair it with its base first; the base is what is plugged in here. Over Bluetooth choose the serial profile (SPP), not the keyboard one.' },
		{ title: 'No permission', text: 'On Linux the rules of the package give it to Stockhand. After installing, unplug the scanner and plug it in again.' },
	],

	forget: 'Remove', forgetTitle: name => `Remove ${name}?`, forgetLead: 'What it has scanned stays. It is not read any more until it is added again.', forgotten: name => `${name} is removed.`,
}
