// What the tests share: the real program with its demo, a real browser, and ways
// to wait for what a person would see.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const program = process.env.STOCKHAND ?? fileURLToPath(new URL('../../bin/stockhand', import.meta.url))
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PATIENCE = 60_000

/** Small and quick: the whole shop is counted within seconds. */
const quick = ['--no-browser', '--items', '60', '--speed', '6', '--seed', '7']

/**
 * Starts the demo: a simulated shop around the real agent.
 * @param {string[]} flags
 */
export async function startDemo(flags = quick) {
	const child = spawn(program, ['demo', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
	let log = ''
	child.stderr.on('data', text => { log += text })
	const ended = once(child, 'exit')
	const lines = createInterface({ input: child.stdout })
	let link = '', config = ''
	const told = (async () => {
		for await (const line of lines) {
			link ||= /http:\/\/\S+#sign-in=\S+/.exec(line)?.[0] ?? ''
			config ||= /--config (\S+)/.exec(line)?.[1] ?? ''
			if (link && config) return
		}
		throw new Error(`the demo ended before it printed its link:\n${log}`)
	})()
	await told
	lines.resume()
	return {
		link,
		url: new URL('/', link).href,
		/** Another one-time link. @param {string} role @param {string} name */
		async pair(role, name) {
			const { stdout } = await promisify(execFile)(program, ['pair', '--config', config, '--role', role, '--name', name])
			return stdout.trim()
		},
		async stop() {
			child.kill('SIGTERM')
			await ended
		},
	}
}

/** Starts the browser. It asks nobody outside this machine for anything. */
export const startBrowser = () => chromium.launch({
	executablePath: browserPath,
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

export const sizes = { phone: { width: 360, height: 740 }, tablet: { width: 1024, height: 768 }, desktop: { width: 1440, height: 900 } }

/**
 * Opens a page of its own. Whatever the browser complains about fails the test
 * that calls page.calm().
 */
export async function openPage(browser, address, { size = sizes.tablet, colours = 'light', state = undefined } = {}) {
	const context = await browser.newContext({ viewport: size, colorScheme: colours, reducedMotion: 'reduce', storageState: state, locale: 'en-GB', timezoneId: 'UTC' })
	const page = await context.newPage()
	page.setDefaultTimeout(PATIENCE)
	const complaints = []
	page.on('pageerror', error => complaints.push(error.stack))
	page.on('console', message => message.type() === 'error' && !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(message.text()) && complaints.push(message.text()))
	page.complaints = complaints
	await page.goto(address)
	return page
}

/**
 * Asks again until the answer is truthy.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function eventually(what, ask, patience = PATIENCE) {
	const end = performance.now() + patience
	let failure
	do {
		try {
			const answer = await ask()
			if (answer) return answer
			failure = undefined
		} catch (error) {
			failure = error
		}
		await new Promise(done => setTimeout(done, 50))
	} while (performance.now() < end)
	throw new Error(`not within ${patience / 1000} s: ${what}`, { cause: failure })
}

/** The first whole number of a text, however it is grouped. */
export const numberIn = text => Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(',', '') ?? NaN)

/** How many reads the count's receipt says were heard. */
export const heard = async page => numberIn(/([\d,]+)\s*heard/.exec(await page.getByRole('region', { name: 'Receipt' }).innerText())?.[1] ?? '')

/** How many items the simulation says are right, and of how many. */
export async function equal(page) {
	const text = await page.getByText(/shop = shelves/).innerText()
	const [, right, all] = /(\d+) of (\d+)/.exec(text)
	return { right: Number(right), all: Number(all) }
}

/** Works a switch of the simulation. @param {string} name @param {boolean} on */
export async function turn(page, name, on) {
	await page.getByRole('button', { name: 'Switches' }).click()
	const toggle = page.getByRole('switch', { name })
	await toggle.setChecked(on, { force: true })
	await eventually(`${name} is ${on}`, async () => await toggle.isChecked() === on)
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()
}

/** Waits until the simulated people have counted the whole shop. */
export const counted = page => eventually('the whole shop is counted', () => page.getByRole('heading', { name: 'Nobody is counting' }).isVisible())

/** Closes the count that is shown. */
export async function closeCount(page) {
	await page.getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('dialog').getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('table').waitFor()
}

/** Approves what is ready. Returns how many lines that were; 0 if the agent refused. */
export async function approve(page) {
	await page.getByRole('button', { name: /^Approve \d+ ready/ }).click()
	const dialog = page.getByRole('dialog')
	await dialog.getByLabel('Reason').selectOption('Counting difference')
	const button = dialog.getByRole('button', { name: /^Approve and send/ })
	const lines = numberIn(await button.innerText())
	await button.click()
	const refused = dialog.getByText(/can not be approved now/)
	await eventually('the approval is answered', async () => !await dialog.isVisible() || await refused.isVisible())
	// Somebody else was quicker, or a sale came in: nothing was changed.
	if (await dialog.isVisible()) {
		await dialog.getByRole('button', { name: 'Cancel' }).click()
		return 0
	}
	return lines
}
