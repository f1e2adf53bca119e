// What a count is for: in the end the shop's numbers are what lies on its shelves,
// for every item, although the shop has sold all the time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeCount, closeShop, counted, equal, openPage, settle, startBrowser, startDemo } from './rig.mjs'

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

test('after closing, approving and delivering, the shop is what lies on its shelves', async () => {
	await page.getByRole('link', { name: 'The whole shop' }).click()
	await counted(page)
	const before = await equal(page)
	assert.ok(before.right < before.all, 'the books are wrong at first')
	await closeCount(page)
	await closeShop(page)
	await settle(page)
	await page.getByText('shop = shelves: all 60 items').waitFor()
	await page.getByRole('button', { name: 'Switches' }).click()
	await page.getByRole('dialog').getByText('The shop’s stock is what lies on the shelves.').waitFor()
	await page.keyboard.press('Escape')
	await page.getByRole('link', { name: 'Upload' }).first().click()
	await page.getByText('Nothing waits for the shop').waitFor()
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
