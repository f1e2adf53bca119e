// What the tests share: the real program with its demo, a real browser, and ways
// to wait for what a person would see.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const program = process.env.STOCKHAND ?? fileURLToPath(new URL('../../bin/stockhand', import.meta.url))
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PATIENCE = 60_000

/** What is pressed may be gone a moment later: then it is looked for again. */
const AT_ONCE = { timeout: 2_000 }

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
		/** What a command of the command line answers. @param {string[]} args */
		async ask(...args) {
			const { stdout } = await promisify(execFile)(program, [...args, '--config', config, '--json'], { maxBuffer: 1 << 26 })
			return JSON.parse(stdout)
		},
		/** Ends the agent's process as a power switch would. The demo starts it again. */
		async killAgent() {
			const [agent] = await childrenOf(child.pid)
			process.kill(agent, 'SIGKILL')
		},
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

/**
 * The configuration of an agent: scanners that play a file of their name, and a shop that
 * speaks by files.
 * @param {{scanners?: string[], shop?: boolean, more?: string}} what more: further lines of the last section, and sections
 */
export const settings = ({ scanners = [], shop = false, more = '' } = {}) => `[agent]
data = "data"
time_zone = "UTC"
[page]
port = 0
${scanners.map(name => `[[scanner]]\ndriver = "replay"\nname = "${name}"\nfile = "${name.toLowerCase()}.txt"\n`).join('')}${shop ? '[upstream]\nconnector = "csv-folder"\n[upstream.csv-folder]\nfolder = "shop"\n' : ''}${more}`

/** What finds fault with a page that somebody cannot see or reach. */
export const axe = await readFile(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Keeps a picture of a page if a folder for pictures is named. */
export async function picture(page, name) {
	if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), fullPage: true })
}

/**
 * Starts an agent of its own in a new folder.
 * @param {Record<string, string>} files of the folder, stockhand.toml among them
 * @param {string[][]} commands carried out before it runs
 */
export async function startAgent(files, commands) {
	const folder = await mkdtemp(join(tmpdir(), 'stockhand-'))
	/** Nobody sees half of a file. */
	const write = async (name, text) => {
		await mkdir(dirname(join(folder, name)), { recursive: true })
		await writeFile(join(folder, `${name}.new`), text)
		await rename(join(folder, `${name}.new`), join(folder, name))
	}
	for (const [name, text] of Object.entries(files)) await write(name, text)
	const env = { ...process.env, STOCKHAND_CONFIG: join(folder, 'stockhand.toml') }
	const call = async (...args) => (await promisify(execFile)(program, args, { cwd: folder, env })).stdout
	/** Calls a command that reads its input. */
	const typed = (text, ...args) => {
		const done = promisify(execFile)(program, args, { cwd: folder, env })
		done.child.stdin.end(text)
		return done
	}
	for (const command of commands) await call(...command)
	const child = spawn(program, ['run'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] })
	const ended = once(child, 'exit')
	const lines = createInterface({ input: child.stdout })
	for await (const line of lines) {
		if (line.includes('The page is at')) break
	}
	child.stdout.resume()
	return {
		call, typed, write,
		pair: async role => (await call('pair', '--role', role, '--name', role)).trim(),
		async stop() {
			child.kill('SIGTERM')
			await ended
			await rm(folder, { recursive: true, force: true })
		},
	}
}

/** The processes that a process has started. @param {number} pid */
async function childrenOf(pid) {
	const tasks = await readdir(`/proc/${pid}/task`)
	const lists = await Promise.all(tasks.map(task => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')))
	return lists.join(' ').trim().split(/\s+/).map(Number)
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
	const [, right, all] = /(\d+) of (\d+)/.exec(text) ?? /all ((\d+))/.exec(text)
	return { right: Number(right), all: Number(all) }
}

/** Works a switch of the simulation. @param {string} name @param {boolean} on */
export async function turn(page, name, on) {
	await page.getByRole('button', { name: 'Switches' }).click()
	const toggle = page.getByRole('switch', { name })
	await eventually(`${name} is ${on}`, async () => {
		if (await toggle.isChecked() !== on) await toggle.click({ force: true, ...AT_ONCE })
		// It may flick back for a moment, where the page draws itself before the answer.
		return eventually('it is answered', async () => await toggle.isChecked() === on, AT_ONCE.timeout)
	})
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()
}

/** Lets the last customer go. Numbers come to rest then. */
export const closeShop = page => turn(page, 'Shop closed', true)

/** What somebody typed over, as the page tells it; the last one first. */
export async function typedOver(page) {
	await page.getByRole('button', { name: 'Switches' }).click()
	const dialog = page.getByRole('dialog')
	const told = await dialog.getByRole('listitem').filter({ hasText: 'Somebody typed' }).allInnerTexts()
	await dialog.getByRole('button', { name: 'Close' }).first().click()
	return told.map(text => {
		const [, to, from, name, sku] = /typed ([\d,]+) over the ([\d,]+) \(\S+\) of (.*), (SKU-\d+)\./.exec(text)
		return { to: numberIn(to), from: numberIn(from), name, sku, right: text.includes('That is what lay on the shelves') }
	})
}

/**
 * Approves what is ready and has counted again what is not certain, until the page
 * says that all items of the shop are what lies on its shelves.
 */
export async function settle(page) {
	const review = new URL('#/count/count-1/review', page.url()).href
	await eventually('shop = shelves for all items', async () => {
		if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape')
		if (page.url() !== review) await page.goto(review)
		await page.getByRole('table').waitFor(AT_ONCE)
		const { right, all } = await equal(page)
		if (right === all) return true
		if (await page.getByRole('button', { name: /^Approve \d+ ready/ }).isVisible()) await approve(page)
		else await recount(page)
		return false
	})
}

/** Has everything counted again that is not certain, unless something still waits. */
async function recount(page) {
	const waiting = page.getByRole('row').filter({ hasText: 'Waiting for' })
	const unclear = page.locator('tr[data-status="recount"]').getByRole('checkbox')
	const names = await unclear.evaluateAll(boxes => boxes.map(box => box.ariaLabel))
	if (names.length === 0 || await waiting.count() > 0) return
	for (const name of names) await page.getByRole('checkbox', { name, exact: true }).check(AT_ONCE)
	await page.getByRole('button', { name: /^Recount \d/ }).click(AT_ONCE)
	await page.waitForURL(/#\/count\/count-1$/, { timeout: 10_000 }) // or it was refused: what was asked for has just become clear
}

/** Waits until the simulated people have counted the whole shop. */
export const counted = page => eventually('the whole shop is counted', () => page.getByRole('heading', { name: 'Nobody is counting' }).isVisible())

/** Closes the count that is shown. */
export async function closeCount(page) {
	await page.getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('dialog').getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('table').waitFor()
}

/**
 * Approves what is ready. Returns how many lines that were; 0 if there was nothing left.
 * Lines become ready and cease to be while one presses, so that a press may meet nothing
 * and no dialog comes: then it fails at once, and whoever calls presses again.
 */
export async function approve(page) {
	const dialog = page.getByRole('dialog')
	if (!await dialog.isVisible()) await page.getByRole('button', { name: /^Approve \d+ ready/ }).click(AT_ONCE)
	await dialog.getByLabel('Reason').selectOption('Counting difference', AT_ONCE)
	const button = dialog.getByRole('button', { name: /^Approve and send/ })
	const gone = dialog.getByText('Nothing is ready any more')
	const lines = numberIn(await button.innerText(AT_ONCE))
	await eventually('the approval is answered', async () => {
		// What was approved a moment ago, or was just sold, leaves the list while one looks.
		if (!await dialog.isVisible() || await gone.isVisible()) return true
		await button.click(AT_ONCE) // again if it was not there or not able yet
		return false
	})
	if (!await dialog.isVisible()) return lines
	await dialog.getByRole('button', { name: 'Cancel' }).click()
	return 0
}

/**
 * A scanner that types into a page, as one does: its keys have the times of a scanner,
 * whatever else this machine is doing.
 */
export async function keyboardScanner(page) {
	const keyboard = await page.context().newCDPSession(page)
	return async text => {
		let at = Date.now() / 1000
		const press = more => keyboard.send('Input.dispatchKeyEvent', { timestamp: at += 0.0005, ...more })
		const keys = [...text].map(key => ({ key, text: key, code: codeOf(key), modifiers: key === '\x1d' ? 2 : 0 }))
		const sent = [...keys, { key: 'Enter', text: '\r', code: 'Enter', modifiers: 0 }].flatMap(({ key, text, code, modifiers }) => [
			press({ type: modifiers ? 'rawKeyDown' : 'keyDown', key: key === '\x1d' ? ']' : key, code, modifiers, ...(modifiers ? {} : { text }), windowsVirtualKeyCode: key === 'Enter' ? 13 : key.toUpperCase().charCodeAt(0) }),
			press({ type: 'keyUp', key, code, modifiers }),
		])
		await Promise.all(sent)
	}
}

const codeOf = key => key === ' ' ? 'Space' : key === '-' ? 'Minus' : key === '.' ? 'Period' : key === '\x1d' ? 'BracketRight' : /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`
