// The tray of unknown barcodes: everybody sees where each was, a manager says what it
// is, also by scanning the item, and its scans count.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, eventually, openPage, picture, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '5012345678900', NEW = '5901234123457'
const files = {
	'stockhand.toml': settings({ scanners: ['Tape', 'Reel'] }), 'tape.txt': `A-01\n${PEN}\n${NEW}\n${NEW}\n${MUG}\nODD CODE\n`,
	'articles.csv': `sku,name,barcode,bin,zone\nA1,Pen,${PEN},A-01,Shop\nB2,Mug,${MUG},A-01,Shop\n`,
}

let agent, browser, manager, counter
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Mugs and pens']])
	browser = await startBrowser()
	manager = await openPage(browser, await agent.pair('manager'), { size: sizes.desktop })
	counter = await openPage(browser, await agent.pair('counter'), { size: sizes.phone, colours: 'dark' })
	for (const page of [manager, counter]) {
		await page.getByRole('link', { name: 'Mugs and pens' }).click()
		await page.getByRole('region', { name: 'Unknown barcodes' }).getByRole('link', { name: 'Look at all 2' }).click()
		await page.getByRole('heading', { name: 'Unknown barcodes', level: 1 }).waitFor()
	}
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const card = (page, text) => page.getByRole('region', { name: text, exact: true })

/** Opens the dialog in which a barcode is taught. */
async function ask(text) {
	await card(manager, text).getByRole('button', { name: `Say what it is: ${text}` }).click()
	const dialog = manager.getByRole('dialog')
	await dialog.getByRole('heading', { name: `What is ${text}?` }).waitFor()
	return dialog
}

test('both see how often, where and beside what it was scanned; only the manager can say what it is', async () => {
	for (const page of [manager, counter]) {
		const code = card(page, NEW)
		await code.getByText('2 scans').waitFor()
		await code.getByText('A-01').first().waitFor()
		await code.getByText(/Beside it on the shelf: .*Pen.*Mug/).waitFor()
		await code.getByText('Each scan').click()
		await code.getByText('Pen → ? → Mug').first().waitFor()
	}
	assert.equal(await counter.getByRole('button', { name: /Say what/ }).count(), 0)
	await picture(counter, 'unknown-phone')
	await picture(manager, 'unknown-desktop')
})

test('nothing wrong with the screen for anybody, at any size', async () => {
	for (const page of [manager, counter]) {
		await page.evaluate(axe)
		const found = await page.evaluate(() => globalThis.axe.run(document))
		assert.deepEqual(found.violations.map(v => `${v.id} ${v.nodes[0].target}`), [])
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, 'it is too wide')
	}
})

test('what can not be is said in the dialog, and nothing is taught', async () => {
	const dialog = await ask(NEW)
	await dialog.getByRole('button', { name: 'Teach it' }).click()
	await dialog.getByText('Choose the item that it belongs to.').waitFor()
	await dialog.getByRole('button', { name: 'Pen' }).click()
	const pack = dialog.getByLabel(/One scan of it stands for/)
	for (const bad of ['0', '-1', '1.5', '', PEN]) {
		await pack.fill(bad)
		await dialog.getByRole('button', { name: 'Teach it' }).click()
		await dialog.getByText(/Type a whole number from 1 to 9,999/).waitFor()
	}
	await picture(manager, 'unknown-dialog')
	await dialog.getByRole('button', { name: 'Cancel' }).click()
	await card(manager, NEW).waitFor()
})

test('the item is scanned, the barcode is a case of 12, and its scans count on every page', async () => {
	const dialog = await ask(NEW)
	await agent.write('reel.txt', `A-01\n${PEN}\n`) // a second scanner, in the shop
	await dialog.getByText('Scanned just now. That scan counts in the count, too.').waitFor()
	assert.match(await dialog.innerText(), /Pen/)
	await dialog.getByRole('button', { name: 'Undo that scan' }).click()
	await dialog.getByText('That scan is undone.').waitFor()
	await dialog.getByLabel(/One scan of it stands for/).fill('12')
	await dialog.getByRole('button', { name: 'Teach it' }).click()
	await manager.getByText(`${NEW} is a pack of 12 of Pen. 2 scans from before count now: 24 units.`).waitFor()
	for (const page of [manager, counter]) await card(page, NEW).waitFor({ state: 'detached' })
	await manager.getByRole('region', { name: 'Taught barcodes' }).getByText('a pack of 12 of Pen').waitFor()
	await picture(manager, 'unknown-taught')
	await counter.getByRole('link', { name: 'Back to the count' }).click()
	await eventually('the receipt has the units', async () => /\b26\b/.test(await counter.getByRole('region', { name: 'Receipt' }).innerText()))
	await counter.getByRole('region', { name: 'Unknown barcodes' }).getByRole('link', { name: 'Look at it' }).waitFor()
})

test('what was taught by mistake is forgotten, and its scans are unknown again', async () => {
	await manager.getByRole('button', { name: `Forget ${NEW}` }).click()
	const dialog = manager.getByRole('dialog')
	await dialog.getByRole('heading', { name: `Forget what ${NEW} is?` }).waitFor()
	await dialog.getByRole('button', { name: 'Forget' }).click()
	await manager.getByText(`${NEW} is forgotten. 2 scans are kept without effect again.`).waitFor()
	await card(manager, NEW).getByText('2 scans').waitFor()
	await counter.getByRole('link', { name: 'Look at all 2' }).waitFor()
	await manager.getByRole('link', { name: 'Settings' }).click()
	await manager.getByRole('link', { name: 'Unknown and taught barcodes' }).click()
	await card(manager, NEW).getByText('2 scans').waitFor() // of all counts that are under way
	assert.deepEqual([...manager.complaints, ...counter.complaints], [])
})
