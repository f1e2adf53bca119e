// The sentences about who works here.
export const person = {
	nobody: 'Sign in', signedIn: 'Signed in:',
	title: 'Who is here?', lead: 'Scan your badge with a scanner that types, or choose your name and type your PIN.',
	noPIN: 'Nobody has a PIN. Scan a badge, or have a PIN given: stockhand people change NAME --pin',
	hello: name => `${name} has signed in.`, bye: 'Nobody is signed in now.',
	soon: name => `${name} will be signed out in a minute: nothing is done here. Touch the page to stay.`,
	idle: name => `${name} was signed out, as nothing was done here for a while or the shift is over. Scans go on being stored; sign in to have them bear a name.`,
	out: name => `Sign ${name} out`, other: 'Somebody else', enter: 'Sign in',
	pinOf: name => `PIN of ${name}`, pin: 'PIN', back: 'Delete the last digit',
}
