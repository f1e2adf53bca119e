// Every screen can be used by everybody, and survives what happens to it: bad
// light, a reload, an agent without internet.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, closeCount, counted, eventually, openPage, sizes, startBrowser, startDemo, turn } from './rig.mjs'

let demo, browser, page, state
before(async () => {
	demo = await startDemo()
	browser = await startBrowser()
	page = await openPage(browser, demo.link)
	await page.getByRole('link', { name: 'The whole shop' }).click()
	await counted(page)
	await closeCount(page)
	await turn(page, 'Somebody types over', true) // which makes the banner as long as it gets
	await page.getByText(/Somebody typed .* over the/).first().waitFor()
	state = await page.context().storageState()
})
after(async () => {
	await browser?.close()
	await demo?.stop()
})

const screens = [
	['#/', 'Counts'], ['#/count/count-1', 'The whole shop'], ['#/count/count-1/review', 'The whole shop'],
	['#/upload', 'Upload'], ['#/devices', 'Scanners'], ['#/settings', 'Settings'],
]

for (const colours of ['light', 'dark']) {
	test(`axe finds nothing on any screen, ${colours}`, async () => {
		for (const size of [sizes.phone, sizes.tablet]) {
			const own = await openPage(browser, demo.url, { state, size, colours })
			for (const [address, title] of screens) {
				await own.goto(new URL(address, demo.url).href)
				await own.getByRole('heading', { name: title, level: 1 }).waitFor()
				await eventually('the screen is filled', async () => !await own.getByText('Asking the agent…').first().isVisible())
				await own.evaluate(axe)
				const found = await own.evaluate(() => globalThis.axe.run(document))
				assert.ok(found.passes.length > 10, 'axe looked')
				assert.deepEqual(found.violations.map(v => `${address} ${size.width}: ${v.id} ${v.nodes[0].target}`), [])
				assert.equal(await own.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${address} is too wide`)
			}
			await own.context().close()
		}
	})
}

test('a reload in the middle changes nothing', async () => {
	await page.goto(new URL('#/count/count-1/review', demo.url).href)
	await page.reload()
	await page.getByRole('heading', { name: 'The whole shop', level: 1 }).waitFor()
	await page.getByRole('table').waitFor()
})

test('without internet the page says so, and again when it is back', async () => {
	await page.goto(new URL('#/upload', demo.url).href)
	await turn(page, 'Internet off', true)
	await page.getByRole('region', { name: 'State' }).getByText('Shop offline').waitFor()
	await page.getByText(/Counting goes on/).first().waitFor()
	await turn(page, 'Internet off', false)
	await page.getByRole('region', { name: 'State' }).getByText('Shop reachable').waitFor()
})
