// A counter's tablet with a scanner that types: no scan is lost, whatever is open on the
// page, and what went wrong before is not in the way of what is done next.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually, keyboardScanner, numberIn, openPage, settings, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '5012345678900'
const files = { 'stockhand.toml': settings(), 'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\nDRILL,Drill and bits,${MUG},A-02\n` }

let agent, browser, page, scan
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('counter'))
	await page.getByRole('link', { name: 'Pens' }).click()
	await page.getByRole('heading', { name: 'Nobody is counting' }).waitFor()
	scan = await keyboardScanner(page)
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const dialog = () => page.getByRole('dialog')
const last = () => page.getByRole('region', { name: 'Last scan' })
const quantity = () => dialog().getByRole('textbox', { name: 'Quantity' })
const notices = () => page.getByRole('log')
const pens = async () => {
	const shown = JSON.parse(await agent.call('count', 'show', 'count-1', 'A1', '--json'))
	return shown.scans?.length ?? 0
}

test('what is scanned before anybody began is kept, and said', async () => {
	await scan(PEN)
	await notices().getByText(`${PEN} is kept and not counted`).waitFor()
	await page.getByRole('region', { name: 'Scans without a pass' }).getByText(/1 scan/).waitFor()
	assert.equal(await dialog().count(), 0)
})

test('a shelf’s label begins a pass, and everything after it counts', async () => {
	await scan('SH.B.A-01')
	await scan(PEN)
	await scan(PEN)
	await eventually('both are counted', async () => await pens() === 2)
	await page.getByRole('region', { name: 'Passes' }).getByText('This browser').waitFor()
	assert.equal(await notices().getByText('not counted').count(), 0, 'what went wrong is over')
})

test('what is scanned while a quantity is typed takes the place of what was there, and that is said', async () => {
	await page.getByRole('button', { name: 'Type a quantity' }).click()
	await dialog().getByLabel('Item or barcode').focus()
	await scan(PEN)
	await eventually('the pen is there', async () => await dialog().getByLabel('Item or barcode').inputValue() === PEN)
	await scan(MUG)
	await eventually('the mug is there', async () => await dialog().getByLabel('Item or barcode').inputValue() === MUG)
	await dialog().getByText(`${PEN} was not entered`).waitFor()
	await dialog().getByLabel('Bin').focus()
	await scan('SH.B.A-02')
	assert.equal(await dialog().getByLabel('Bin').inputValue(), 'SH.B.A-02')
	await dialog().getByRole('button', { name: 'Cancel' }).click()
})

test('with several counts the label begins the pass of the one that is shown', async () => {
	await agent.call('count', 'open', '--name', 'Another')
	await agent.call('count', 'open', '--name', 'A third')
	await page.goto(new URL('#/', page.url()).href)
	await page.getByRole('link', { name: 'Pens' }).click()
	await page.getByRole('button', { name: 'Finish', exact: true }).click()
	await dialog().getByRole('button', { name: 'Finish', exact: true }).click()
	await dialog().waitFor({ state: 'detached' })
	await page.getByRole('heading', { name: 'Nobody is counting' }).waitFor()
	await scan('SH.B.A-01')
	const before = await pens()
	await scan(PEN)
	await eventually('it is counted', async () => await pens() === before + 1)
})

test('a SKU is taken where it is typed whole, and a large quantity if one means it', async () => {
	await page.getByRole('button', { name: 'Type a quantity' }).click()
	await dialog().getByLabel('Item or barcode').fill('drill')
	await dialog().getByRole('button', { name: 'Drill and bits' }).waitFor()
	await quantity().fill('12000')
	await dialog().getByLabel('Bin').fill('A-02')
	const enter = dialog().getByRole('button', { name: 'Enter quantity' })
	await enter.click()
	await dialog().getByText('12,000 is a lot').waitFor()
	await enter.click()
	await dialog().waitFor({ state: 'detached' })
	await notices().getByText('12,000 entered for Drill and bits.').waitFor()
	assert.equal(numberIn(await last().locator('.last-figure').innerText()), 12_000)
})

test('what was refused goes when something was done, and lies over no other dialog', async () => {
	const refused = () => notices().getByText('No item has the barcode')
	const fail = async () => {
		await page.getByRole('button', { name: 'Type a quantity' }).click()
		await dialog().getByLabel('Item or barcode').fill('NOSUCH')
		await quantity().fill('1')
		await dialog().getByRole('button', { name: 'Enter quantity' }).click()
		await refused().waitFor()
	}
	await fail()
	await dialog().getByLabel('Item or barcode').fill(PEN)
	await dialog().getByRole('button', { name: 'Enter quantity' }).click()
	await dialog().waitFor({ state: 'detached' })
	await eventually('it is gone', async () => await refused().count() === 0)
	await fail()
	await page.keyboard.press('Escape')
	await page.goto(new URL('#/devices', page.url()).href)
	await eventually('it is gone', async () => await refused().count() === 0)
})

test('a pass begins in a place that is known, and in a new one only after a question', async () => {
	await page.goto(new URL('#/count/count-2', page.url()).href)
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await dialog().getByRole('radio', { name: /I type the quantities/ }).check()
	assert.deepEqual(await dialog().locator('#bins option').evaluateAll(options => options.map(o => o.value)), ['A-01', 'A-02'])
	await dialog().getByLabel('Bin').fill('A-0l')
	await dialog().getByRole('button', { name: 'Start', exact: true }).click()
	await dialog().getByRole('alert').getByText(/no bin/).waitFor()
	await dialog().getByLabel('Bin').fill('X-99')
	await dialog().getByRole('button', { name: 'Start', exact: true }).click()
	await dialog().getByRole('button', { name: 'It is new, go on' }).click()
	await dialog().waitFor({ state: 'detached' })
	await page.getByRole('region', { name: 'Passes' }).getByText('X-99').waitFor()
	await page.getByRole('button', { name: 'Change bin' }).click()
	await dialog().getByLabel('Bin').fill('A-02')
	await dialog().getByRole('button', { name: 'Go on there' }).click()
	await dialog().waitFor({ state: 'detached' })
	await page.getByRole('region', { name: 'Passes' }).getByText('A-02').waitFor()
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
