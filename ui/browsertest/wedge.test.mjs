// A scanner that types like a keyboard never presses a button, whatever has the
// focus: not by the Enter after a barcode, not by a space in it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeCount, counted, eventually, openPage, startBrowser, startDemo } from './rig.mjs'

let demo, browser, page
before(async () => {
	demo = await startDemo()
	browser = await startBrowser()
	page = await openPage(browser, demo.link)
	await page.getByRole('link', { name: 'The whole shop' }).click()
	await counted(page)
})
after(async () => {
	await browser?.close()
	await demo?.stop()
})

/** Types as a scanner does: as fast as the keys can be told. */
const scan = async text => {
	for (const key of [...text]) await page.keyboard.press(key === ' ' ? 'Space' : key)
	await page.keyboard.press('Enter')
}

const warned = text => page.getByText(`A keyboard scanner typed ${text}.`).first().waitFor()

test('a burst presses nothing, a person’s Enter does', async () => {
	const close = page.getByRole('button', { name: 'Close count' })
	await close.focus()
	await scan('4006381 333931')
	await warned('4006381 333931')
	assert.equal(await page.getByRole('dialog').getByRole('heading', { name: 'Close the count' }).count(), 0)
	await page.keyboard.press('Escape')
	await close.focus()
	await page.keyboard.press('Enter')
	await page.getByRole('dialog').getByRole('heading', { name: 'Close the count' }).waitFor()
	await page.keyboard.press('Escape')
	await close.focus()
	await page.keyboard.press('Space')
	await page.getByRole('dialog').getByRole('heading', { name: 'Close the count' }).waitFor()
	await page.keyboard.press('Escape')
})

test('where a quantity can be typed, the barcode is taken for it', async () => {
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await page.getByRole('radio', { name: /I type the quantities/ }).check()
	await page.getByRole('button', { name: 'Start', exact: true }).click()
	await page.getByRole('button', { name: 'Type a quantity' }).waitFor()
	await page.getByRole('button', { name: 'Undo last' }).focus()
	await scan('2000000000015')
	const dialog = page.getByRole('dialog')
	assert.equal(await dialog.getByLabel('Item or barcode').inputValue(), '2000000000015')
	await dialog.getByLabel('Quantity').focus()
	await scan('2000000000022')
	await eventually('the field asks for the new barcode', async () => await dialog.getByLabel('Item or barcode').inputValue() === '2000000000022')
	assert.equal(await dialog.getByLabel('Quantity').inputValue(), '', 'no barcode becomes a quantity')
	await page.keyboard.press('Escape')
	const undone = await page.getByRole('region', { name: 'Receipt' }).innerText()
	assert.match(undone, /\b0\s+undone/, 'nothing was undone')
})

test('nobody approves by a barcode', async () => {
	await closeCount(page)
	const ready = page.getByRole('button', { name: /^Approve \d+ ready/ })
	await eventually('lines are ready', () => ready.isEnabled())
	await ready.focus()
	await scan('APPROVE ALL')
	await warned('APPROVE ALL')
	assert.equal(await page.getByRole('dialog').count(), 0)
	await ready.click()
	const dialog = page.getByRole('dialog')
	await dialog.getByLabel('Reason').selectOption('Counting difference')
	await dialog.getByRole('button', { name: /^Approve and send/ }).focus()
	await scan('4006381333931')
	await scan('1 2 3')
	assert.ok(await dialog.isVisible())
	await page.keyboard.press('Escape')
	await page.getByRole('link', { name: 'Upload' }).first().click()
	await page.getByText('Nothing approved yet').waitFor()
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
