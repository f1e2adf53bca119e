// Scans that came without a pass are told of in every open count: which scanner, how
// many, and what to do, for a counter as for a manager.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '5012345678900'
const files = { 'stockhand.toml': settings({ scanners: ['Tape', 'Reel'] }), 'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\nB2,Mug,${MUG},A-02\n` }

let agent, browser, manager, counter
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Mugs and pens']])
	browser = await startBrowser()
	manager = await openPage(browser, await agent.pair('manager'))
	counter = await openPage(browser, await agent.pair('counter'), { size: sizes.phone, colours: 'dark' })
	for (const page of [manager, counter]) {
		await page.getByRole('link', { name: 'Mugs and pens' }).click()
		await page.getByRole('heading', { name: 'Nobody is counting' }).waitFor()
	}
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const card = page => page.getByRole('region', { name: 'Scans without a pass' })
const lineOf = (page, scanner) => card(page).getByRole('paragraph').filter({ hasText: scanner })

test('nothing is told while nothing came', async () => {
	for (const page of [manager, counter]) assert.equal(await card(page).count(), 0)
})

test('scans without a pass appear at once, with their number, their scanner and what to do', async () => {
	await agent.write('tape.txt', `${PEN}\n${MUG}\n`) // the scanner is there as soon as its file is
	for (const page of [manager, counter]) {
		const line = lineOf(page, '2 scans of Tape came without a pass.')
		await line.getByText('They are stored and count for nothing.').waitFor()
		await line.getByText('Scan the label of a shelf, or start a pass with this scanner. Then scan the goods again.').waitFor()
		assert.match(await page.getByRole('region', { name: 'Receipt' }).innerText(), /\b0\s+heard/, 'they are no entries of the count')
	}
	await agent.write('reel.txt', `${PEN}\n`)
	for (const page of [manager, counter]) {
		await lineOf(page, '1 scan of Reel came without a pass.').waitFor()
		await lineOf(page, '2 scans of Tape').waitFor()
	}
})

test('where a label would not say which count is meant, it is not offered', async () => {
	await agent.call('count', 'open', '--name', 'Another')
	const only = lineOf(counter, 'Reel').getByText('Start a pass with this scanner. Then scan the goods again.', { exact: true })
	await only.waitFor()
	await agent.call('count', 'cancel', 'count-2')
	await only.waitFor({ state: 'detached' })
	await lineOf(counter, 'Reel').getByText(/^Scan the label of a shelf/).waitFor()
})

test('once a scanner is in a pass its line says that what it scanned before has to be scanned again', async () => {
	await counter.getByRole('button', { name: 'Start a pass' }).first().click()
	const dialog = counter.getByRole('dialog')
	await dialog.getByRole('radio', { name: /^Tape/ }).check()
	await dialog.getByLabel('Bin').fill('A-01')
	await dialog.getByRole('button', { name: 'Start', exact: true }).click()
	for (const page of [manager, counter]) {
		await lineOf(page, 'Tape').getByText('It is in a pass now. What it scanned before has to be scanned again.').waitFor()
		await lineOf(page, 'Reel').getByText(/^Scan the label of a shelf/).waitFor()
	}
})

test('a page that comes later is told the same, and a closed count of nothing', async () => {
	await counter.reload()
	await lineOf(counter, '2 scans of Tape').getByText(/It is in a pass now/).waitFor()
	await lineOf(counter, '1 scan of Reel').waitFor()
	await agent.call('count', 'close', '--yes')
	for (const page of [manager, counter]) await card(page).waitFor({ state: 'detached' })
})

test('the browser had nothing to complain about', () => {
	for (const page of [manager, counter]) assert.deepEqual(page.complaints, [])
})
