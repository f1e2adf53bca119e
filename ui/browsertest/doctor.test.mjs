// The doctor: a manager has it look, sees how far it is, what it found and what shows
// it, and does what it offers.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, openPage, picture, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const files = {
	'stockhand.toml': settings({ shop: true }),
	'shop/catalog.csv': `sku,name,barcode,cost,currency,bin,zone
A1,<b>Pen</b>,4006381333931,2.00,EUR,A-01,Shop
A2,Pencil,4006381333931,1.00,EUR,A-01,Shop
`,
	'shop/levels.csv': 'sku,on_hand\nA1,5\nA2,0\n',
}

let browser, agent, page, counter
before(async () => {
	browser = await startBrowser()
	agent = await startAgent(files, [['catalog', 'sync']])
	page = await openPage(browser, await agent.pair('manager'))
	counter = await openPage(browser, await agent.pair('counter'))
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

test('a manager has the doctor look, and sees what it found with what shows it', async () => {
	await page.getByRole('link', { name: 'Upload' }).click()
	await page.getByRole('link', { name: 'Doctor' }).click()
	await page.getByRole('heading', { name: 'Doctor', level: 1 }).waitFor()
	await page.getByText('It has not looked since the agent started').waitFor()
	await page.getByRole('button', { name: 'Look now' }).click()
	const shared = page.locator('[data-code=shared-barcode]')
	await shared.getByRole('heading', { name: 'share a barcode' }).waitFor()
	await shared.getByText('warning').waitFor()
	await shared.locator('summary').click()
	await shared.getByText('the barcode 4006381333931: A1 (<b>Pen</b>)').waitFor()
	await page.getByText(/thing(s are| is) fine/).waitFor()
	assert.equal(await page.getByRole('status').filter({ hasText: / of / }).count(), 0, 'nothing is under way any more')
	assert.equal(await page.getByRole('button', { name: 'Look again' }).isEnabled(), true)
})

test('what was found stays for who comes later, and fits on each screen', async () => {
	const state = await page.context().storageState()
	for (const [size, colours] of [['phone', 'light'], ['desktop', 'dark']]) {
		const other = await openPage(browser, page.url(), { state, size: sizes[size], colours })
		await other.locator('[data-code=shared-barcode]').waitFor()
		await other.evaluate(axe)
		const found = await other.evaluate(() => globalThis.axe.run())
		assert.deepEqual(found.violations.map(v => `${size} ${colours}: ${v.id} ${v.nodes[0].target} ${v.nodes[0].failureSummary}`), [])
		assert.equal(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `it is too wide on a ${size}`)
		assert.deepEqual(await other.evaluate(() => [...document.querySelectorAll('main a, main button, main summary')]
			.map(e => [e.textContent.trim(), Math.round(e.getBoundingClientRect().height)]).filter(([, h]) => h > 0 && h < 48)), [], 'targets are large enough')
		await picture(other, `doctor-${size}-${colours}`)
		await other.context().close()
	}
})

test('a counter does not get there', async () => {
	await counter.goto(new URL('#/doctor', counter.url()).href)
	await counter.getByRole('heading', { name: 'Counts', level: 1 }).waitFor()
	assert.equal(await counter.getByRole('heading', { name: 'Doctor' }).count(), 0)
})
