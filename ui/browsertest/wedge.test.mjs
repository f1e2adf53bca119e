// A scanner that types like a keyboard never presses a button, whatever has the
// focus: not by the Enter after a barcode, not by a space in it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeCount, counted, eventually, heard, keyboardScanner, openPage, startBrowser, startDemo } from './rig.mjs'

let demo, browser, page, scan
before(async () => {
	demo = await startDemo()
	browser = await startBrowser()
	page = await openPage(browser, demo.link)
	scan = await keyboardScanner(page)
	await page.getByRole('link', { name: 'The whole shop' }).click()
	await counted(page)
})
after(async () => {
	await browser?.close()
	await demo?.stop()
})

/** How many entries the receipt says were undone. */
const undone = async () => /([\d,]+)\s+undone/.exec(await page.getByRole('region', { name: 'Receipt' }).innerText())[1]

const warned = text => page.getByText(`A keyboard scanner typed ${text}.`).first().waitFor()

test('a burst presses nothing, a person’s Enter does', async () => {
	const close = page.getByRole('button', { name: 'Close count' })
	await close.focus()
	await scan('4006381 333931')
	await page.getByText('4006381 333931 is kept and not counted').first().waitFor()
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
	const before = await undone()
	await page.getByRole('button', { name: 'Undo last' }).focus()
	await scan('2000000000015')
	const dialog = page.getByRole('dialog')
	assert.equal(await dialog.getByLabel('Item or barcode').inputValue(), '2000000000015')
	await dialog.getByLabel('Quantity').focus()
	await scan('2000000000022')
	await eventually('the field asks for the new barcode', async () => await dialog.getByLabel('Item or barcode').inputValue() === '2000000000022')
	assert.equal(await dialog.getByLabel('Quantity').inputValue(), '', 'no barcode becomes a quantity')
	await page.keyboard.press('Escape')
	assert.equal(await undone(), before, 'nothing was undone')
})

test('in a pass with this browser each scan counts by itself', async () => {
	const code = JSON.stringify(await demo.ask('catalog', 'export')).match(/\b\d{13}\b/)[0]
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await page.getByRole('radio', { name: /^This browser/ }).check()
	await page.getByRole('dialog').getByLabel('Bin').fill(await page.locator('#bins option').first().getAttribute('value'))
	await page.getByRole('button', { name: 'Start', exact: true }).click()
	await page.getByRole('region', { name: 'Passes' }).getByText('This browser').waitFor()
	const before = await heard(page), spared = await undone()
	await page.getByRole('button', { name: 'Undo last' }).focus()
	for (let n = 0; n < 3; n++) {
		await scan(code)
		await eventually('the scan is heard', async () => await heard(page) === before + n + 1)
	}
	await scan('NOT-AN-ITEM')
	await page.getByRole('region', { name: 'Last scan' }).getByText('unknown barcode').waitFor()
	await scan('10LOT\x1d21X')
	await page.getByRole('region', { name: 'Last scan' }).getByText(/^10LOT\S+21X$/).waitFor() // the separator is there
	assert.equal(await page.getByRole('dialog').count(), 0, 'nothing was pressed, nothing is asked')
	assert.equal(await undone(), spared, 'nothing was undone')
})

test('a scan that counts for nothing says why and what to do', async () => {
	const code = JSON.stringify(await demo.ask('catalog', 'export')).match(/\b\d{13}\b/)[0]
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	const dialog = page.getByRole('dialog')
	await dialog.getByRole('radio', { name: /^This browser/ }).check()
	await dialog.getByText('Scan the shelf’s label first, then the item.').waitFor()
	await dialog.getByRole('button', { name: 'Start', exact: true }).click()
	await dialog.waitFor({ state: 'detached' })
	await page.getByRole('button', { name: 'Undo last' }).focus()
	await scan(code)
	for (const place of ['Last scan', 'Recent scans']) {
		const shown = page.getByRole('region', { name: place })
		await shown.getByText('no shelf’s label was scanned').first().waitFor()
		await shown.getByText('Scan the shelf’s label first, then the item.').first().waitFor()
	}
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
