// A scanner that nobody set up is plugged in. The manager adds it: scans a code,
// sees what arrives and what was learned, gives it a name.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, openPage, startBrowser, startDemo } from './rig.mjs'

let demo, browser, page
before(async () => {
	demo = await startDemo()
	browser = await startBrowser()
	page = await openPage(browser, demo.link)
})
after(async () => {
	await browser?.close()
	await demo?.stop()
})

test('a scanner is added by one code and reads at once', async () => {
	await page.getByRole('link', { name: 'Scanners', exact: true }).first().click()
	await page.getByRole('link', { name: 'Add a scanner' }).click()
	await page.getByRole('button', { name: 'Start listening' }).click()
	await page.getByRole('heading', { name: 'Scan this with the new scanner' }).waitFor()
	assert.equal(await page.getByRole('img', { name: /^STOCKHAND-/ }).count(), 2, 'a barcode and a QR code')
	await page.getByRole('heading', { name: 'This is it' }).or(page.getByText('This is it')).first().waitFor()
	const heard = page.getByRole('region', { name: 'What arrives' })
	await heard.getByText(/^\]C0STOCKHAND-/).first().waitFor()
	await heard.getByText(/^5d 43 30 53/).first().waitFor() // the same in bytes
	await page.getByText('Enter (CR)').waitFor()
	const use = page.getByRole('button', { name: 'Use this scanner' })
	assert.ok(await use.isDisabled(), 'it needs a name')
	await page.getByLabel('What people call it').fill('Blue one')
	await use.click()
	const card = page.getByRole('listitem').filter({ hasText: 'Blue one' })
	await card.getByText('Ready', { exact: true }).waitFor()
})

test('it is there after the agent was started again, and leaves when it is removed', async () => {
	const noticed = page.getByText('Agent connected').waitFor({ state: 'hidden' })
	await demo.killAgent()
	await noticed
	const card = page.getByRole('listitem').filter({ hasText: 'Blue one' })
	await page.getByText('Agent connected').waitFor()
	await card.getByText('Ready', { exact: true }).waitFor()
	await card.getByRole('button', { name: 'Remove' }).click()
	await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
	await page.getByText('Blue one is removed.').waitFor()
	await eventually('it is gone', async () => await page.getByRole('listitem').filter({ hasText: 'Blue one' }).count() === 0)
})

test('a counter is not offered to add one', async () => {
	const counter = await openPage(browser, await demo.pair('counter', 'Tablet'))
	await counter.getByRole('link', { name: 'Scanners', exact: true }).first().click()
	await counter.getByRole('heading', { name: 'Scanners' }).waitFor()
	assert.equal(await counter.getByRole('link', { name: 'Add a scanner' }).count(), 0)
	await counter.goto(new URL('#/devices/add', demo.url).href)
	await counter.getByRole('heading', { name: 'Scanners' }).waitFor()
	assert.deepEqual(counter.complaints, [])
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
