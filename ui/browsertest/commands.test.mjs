// Command barcodes: the page says what the next scan counts as until it came, also to
// whoever looks later or from elsewhere.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyboardScanner, openPage, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931'
const files = { 'stockhand.toml': settings(), 'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\nB2,Mug,5012345678900,A-02\n` }

let agent, browser, page, other, scan
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
	other = await openPage(browser, await agent.pair('counter'), { size: sizes.phone, colours: 'dark' })
	for (const p of [page, other]) await p.getByRole('link', { name: 'Pens' }).click()
	scan = await keyboardScanner(page)
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	const dialog = page.getByRole('dialog')
	await dialog.getByRole('radio', { name: /^This browser/ }).check()
	await dialog.getByLabel('Bin').fill('A-01')
	await dialog.getByRole('button', { name: 'Start', exact: true }).click()
	await dialog.waitFor({ state: 'detached' })
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const next = p => p.locator('.next')
const last = p => p.getByRole('region', { name: 'Last scan' })

test('next scan counts 12', async () => {
	await scan('SH.C.X12')
	for (const p of [page, other]) await next(p).getByText('Next scan counts 12').waitFor()
	await page.reload()
	await next(page).getByText('Next scan counts 12').waitFor()
	scan = await keyboardScanner(page)
	await scan(PEN)
	await next(page).waitFor({ state: 'detached' })
	await next(other).waitFor({ state: 'detached' })
	await last(page).getByText('12', { exact: true }).waitFor()
})

test('the quantity is typed first, with the condition, and taken back', async () => {
	const say = async () => {
		await page.getByRole('button', { name: 'Type a quantity' }).click()
		const dialog = page.getByRole('dialog')
		await dialog.getByRole('textbox', { name: 'Quantity' }).fill('6')
		await dialog.getByRole('radio', { name: 'Damaged' }).check()
		await dialog.getByRole('button', { name: 'Then scan it' }).click()
		await next(page).getByText('Next scan counts 6, damaged').waitFor()
	}
	await say()
	await next(other).getByText('Next scan counts 6, damaged').waitFor()
	await other.getByRole('button', { name: 'Undo last' }).click()
	for (const p of [page, other]) await next(p).waitFor({ state: 'detached' })
	await say()
	await scan(PEN)
	await next(page).waitFor({ state: 'detached' })
	await page.getByRole('region', { name: 'Lines' }).getByText('6 damaged').waitFor()
})

test('a label ends what was said, and the page says so', async () => {
	await scan('SH.C.DAMAGED')
	await next(page).getByText('Next scan is damaged').waitFor()
	await scan('A-02')
	await last(page).getByText('what was said of the next item is dropped').waitFor()
	await next(page).waitFor({ state: 'detached' })
	await scan('SH.C.UNDO')
	await last(page).getByText('Walked to A-01').waitFor()
	await scan('SH.C.X0')
	await last(page).getByText('A number of times lies between 1 and 9,999.').waitFor()
})

test('undo by barcode, until nothing is left; then the pass is finished by one', async () => {
	const lines = page.getByRole('region', { name: 'Lines' })
	await scan('SH.C.UNDO')
	await lines.getByText('6 damaged').waitFor({ state: 'detached' })
	await scan('SH.C.UNDO')
	await lines.getByText('Lines appear here as items are scanned.').waitFor()
	await scan('SH.C.UNDO')
	await last(page).getByText('Nothing is left to undo in this pass.').waitFor()
	await scan('SH.C.FINISH')
	await last(page).getByText('the pass is finished').waitFor()
	await page.getByRole('heading', { name: 'Nobody is counting' }).waitFor()
})

test('the sheet of commands and the labels are there to be printed, at their full size', async () => {
	await page.getByRole('link', { name: 'Scanners', exact: true }).first().click()
	await page.getByRole('link', { name: 'Print codes' }).click()
	const code = text => page.getByRole('img', { name: text, exact: true })
	for (const name of ['SH.C.UNDO', 'SH.C.X12', 'SH.C.DAMAGED', 'SH.C.NEXT', 'SH.C.FINISH']) await code(name).waitFor()
	// 9 characters with start, check and stop are 134 modules, and 10 are quiet on each side.
	const wide = () => code('SH.C.UNDO').evaluate(svg => svg.getBoundingClientRect().width * 25.4 / 96)
	assert.ok(Math.abs(await wide() - 154 * 0.33) < 1, `${await wide()} mm`)
	await page.emulateMedia({ media: 'print' })
	assert.ok(Math.abs(await wide() - 154 * 0.33) < 1, `${await wide()} mm on paper`)
	assert.ok(!await page.getByRole('button', { name: 'Print' }).isVisible())
	await page.emulateMedia({ media: null })
	await page.getByRole('radio', { name: 'Labels of shelves' }).check()
	await code('SH.B.A-01').waitFor()
	await code('SH.B.A-02').waitFor()
	assert.equal(await code('SH.C.UNDO').count(), 0)
	await other.goto(new URL('#/devices/sheet', other.url()).href) // a counter, too
	await other.getByRole('img', { name: 'SH.C.X2', exact: true }).waitFor()
})

test('lots and damaged units are in the details, with what is wanted for them', async () => {
	await page.goto(new URL('#/count/count-1', page.url()).href)
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	const start = page.getByRole('dialog')
	await start.getByRole('radio', { name: /^This browser/ }).check()
	await start.getByLabel('Bin').fill('A-01')
	await start.getByRole('button', { name: 'Start', exact: true }).click()
	await start.waitFor({ state: 'detached' })
	await scan('SH.C.DAMAGED')
	await next(page).getByText('Next scan is damaged').waitFor()
	await scan(`010${PEN}1727013110L1`)
	await page.getByRole('region', { name: 'Lines' }).getByText('1 damaged').waitFor()
	await page.getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('dialog').getByRole('button', { name: 'Close count' }).click()
	await page.getByRole('button', { name: 'How Pen came about' }).click()
	const details = page.getByRole('dialog')
	await details.getByText('Lot L1, until 2027-01-31').waitFor()
	await details.getByText('1 unit is damaged. They are part of what was counted').waitFor()
	await details.getByRole('button', { name: 'Have them moved to damaged' }).click()
	await details.getByText('1 unit is damaged: move 1 in the shop\'s own program; nothing is sent.').waitFor()
	await details.getByRole('button', { name: 'They are moved' }).click()
	await details.getByText('Somebody has moved 1').waitFor()
})

test('the browsers had nothing to complain about', () => assert.deepEqual([...page.complaints, ...other.complaints], []))
