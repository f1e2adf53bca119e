// The sentences for who was not let in, or not any more.

export const signIn = {
	title: 'Sign in with a link',
	lead: 'This page shows stock only to people who were let in.',
	how: 'On the computer that runs Stockhand, open a terminal and type:',
	command: 'stockhand pair',
	then: 'It prints a link that works once, for ten minutes. Open it in this browser. The browser is remembered after that.',
	reasons: {
		4501: { what: 'The link or the access is not valid any more.', do: 'Links work once and for ten minutes. Make a new one.' },
		4502: { what: 'This browser’s access was taken away.', do: 'Ask whoever manages Stockhand for a new link.' },
	},
}

export const ended = {
	title: 'The connection has ended',
	reasons: {
		4503: { what: 'The agent was updated and this page is older than it.', do: 'Reload the page.' },
		4504: { what: 'Your role does not include what this page asked for.', do: 'Reload the page, or ask for a link with another role.' },
		4505: { what: 'The agent did not understand this page.', do: 'Reload the page. If it happens again, look at the agent’s log.' },
		4506: { what: 'Too many pages are open.', do: 'Close the ones that nobody looks at, then reload.' },
	},
	reload: 'Reload the page',
}
