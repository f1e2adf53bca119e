// A tablet's clock can be set by anybody, while somebody counts. What is counted keeps
// its true time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, keyboardScanner, openPage, settings, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931'
const HOUR = 3_600_000

let agent, browser, page, scan
before(async () => {
	agent = await startAgent({ 'stockhand.toml': settings(), 'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\n` },
		[['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
	await page.addInitScript(() => {
		const now = Date.now
		globalThis.ahead = 0
		Date.now = () => now() + globalThis.ahead
	})
	await page.reload()
	await page.getByRole('link', { name: 'Pens' }).click()
	scan = await keyboardScanner(page)
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await dialog().getByRole('radio', { name: /^This browser/ }).check()
	await dialog().getByLabel('Bin').fill('A-01')
	await dialog().getByRole('button', { name: 'Start', exact: true }).click()
	await dialog().waitFor({ state: 'detached' })
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const dialog = () => page.getByRole('dialog')

/** How often the pen was scanned, when last, and how exactly that is known, in milliseconds. */
async function scanned() {
	const { scans, variance } = JSON.parse(await agent.call('count', 'show', 'count-1', 'A1', '--json'))
	const last = variance?.lines?.[0]?.window.to
	return { times: scans?.length ?? 0, at: Date.parse(last?.at), within: (last?.uncertainty ?? 0) / 1e6 }
}

for (const [name, by] of Object.entries({ 'back by an hour': -HOUR, 'forward by a day': 24 * HOUR, 'back to what it was': 0 })) {
	test(`a tablet’s clock is set ${name} while its page is connected`, async () => {
		await page.evaluate(by => { globalThis.ahead = by }, by)
		for (const _ of [1, 2]) {
			const { times } = await scanned(), before = Date.now()
			await scan(PEN)
			await eventually('it is stored', async () => (await scanned()).times > times)
			const { at, within } = await scanned()
			assert.ok(at - within <= Date.now() && at + within >= before, `scanned at ${new Date(before).toISOString()}, stored as of ${new Date(at).toISOString()} give or take ${within} ms`)
			assert.ok(within < 60_000, `it is known to ${within} ms`)
		}
	})
}

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
