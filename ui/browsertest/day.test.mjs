// A manager's first day, against the real program: from the link to deliveries that
// bring the shop's numbers nearer to what lies on its shelves.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { approve, closeCount, counted, equal, eventually, heard, openPage, startBrowser, startDemo } from './rig.mjs'

let demo, browser, page
before(async () => {
	demo = await startDemo(['--no-browser', '--items', '60', '--speed', '2', '--seed', '7']) // slowly enough to see it
	browser = await startBrowser()
})
after(async () => {
	await browser?.close()
	await demo?.stop()
})

test('the link signs the browser in, once', async () => {
	page = await openPage(browser, demo.link)
	await page.getByRole('heading', { name: 'Counts', level: 1 }).waitFor()
	assert.equal(new URL(page.url()).hash, '#/', 'the secret is gone from the address')
	await page.getByText('Simulated shop.').waitFor()
	const second = await openPage(browser, demo.link)
	await second.getByRole('heading', { name: 'Sign in with a link' }).waitFor()
	await second.context().close()
})

test('scans arrive while one looks', async () => {
	await page.getByRole('link', { name: 'The whole shop' }).click()
	const before = await heard(page)
	await eventually('more scans are heard', async () => await heard(page) > before + 5)
	const receipt = await page.getByRole('region', { name: 'Receipt' }).innerText()
	const [all, plus, undone, kept] = receipt.match(/([\d,]+)\s+(?=heard|counted|undone|kept)/g).map(Number)
	assert.equal(all, plus + undone + kept, 'the receipt adds up')
	await counted(page)
})

test('a quantity can be typed, and undone', async () => {
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	const start = page.getByRole('dialog')
	await start.getByRole('radio', { name: /I type the quantities/ }).check()
	await start.getByLabel('Bin').fill('F6')
	await start.getByRole('button', { name: 'Start', exact: true }).click()
	await page.getByRole('button', { name: 'Type a quantity' }).click()
	const dialog = page.getByRole('dialog')
	await dialog.getByLabel('Item or barcode').fill('SKU-0058')
	const found = dialog.getByRole('list', { name: 'Search' }).getByRole('button').first()
	const name = await found.locator('bdi').first().innerText()
	await found.click()
	await dialog.getByLabel('Quantity').fill('4006381333931')
	await dialog.getByRole('button', { name: 'Enter quantity' }).click()
	await dialog.getByRole('alert').getByText(/whole number from 0 to 9,999/).waitFor()
	await dialog.getByLabel('Quantity').fill('99999')
	await dialog.getByRole('button', { name: 'Enter quantity' }).click()
	await dialog.getByRole('alert').getByText(/^99,999 is a lot/).waitFor()
	await dialog.getByLabel('Quantity').fill('3')
	await dialog.getByRole('button', { name: 'One more' }).click()
	await dialog.getByRole('button', { name: 'Enter quantity' }).click()
	await page.getByText(`4 entered for ${name}.`).waitFor()
	const last = page.getByRole('region', { name: 'Last scan' })
	await last.getByRole('heading', { name }).waitFor()
	await last.getByText('quantity typed').waitFor()
	await page.getByRole('region', { name: 'Recent scans' }).getByRole('button', { name: `Undo ${name}` }).first().click()
	await last.getByText('undone').waitFor()
})

test('after closing, every difference has its sentence', async () => {
	await closeCount(page)
	const rows = page.getByRole('row').filter({ hasText: /[Cc]ounted \d+/ })
	await rows.first().waitFor()
	assert.ok(await rows.count() > 5)
	await page.getByRole('button', { name: /^How .* came about$/ }).first().click()
	const dialog = page.getByRole('dialog')
	for (const part of ['Movements around the count', 'Scans']) await dialog.getByRole('heading', { name: part }).waitFor()
	await dialog.getByRole('button', { name: 'Close' }).first().click()
})

test('what is approved is delivered, and brings the shop nearer to its shelves', async () => {
	const before = (await equal(page)).right
	const ready = page.getByRole('button', { name: /^Approve \d+ ready/ })
	await eventually('lines are approved', async () => await ready.isEnabled() && await approve(page) > 0)
	await page.getByRole('link', { name: 'Upload' }).first().click()
	const deliveries = page.getByRole('region', { name: 'Deliveries' })
	await deliveries.getByText('Delivered', { exact: true }).first().waitFor()
	await page.getByText('Nothing waits for the shop').waitFor()
	await page.getByText('Requests to the shop').click()
	await page.getByText('Applied').first().waitFor()
	await eventually('the simulation agrees', async () => (await equal(page)).right > before)
})

test('the browser had nothing to complain about', () => {
	assert.deepEqual(page.complaints, [])
})
