// What nobody counted in a zone is decided item by item, on a counter's page: kept, gone,
// or looked for and not there. Where somebody still walks, the page warns first.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, openPage, picture, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '9780201379624', BAG = '96385074', CAP = '5012345678900'
const files = { 'stockhand.toml': settings({ scanners: ['Tape'] }), 'articles.csv': `sku,name,barcode,bin,zone\nA1,Pen,${PEN},F-01,Front\nB2,Mug,${MUG},F-01,Front\nC3,Bag,${BAG},F-02,Front\nD4,Cap,${CAP},B-01,Back\n` }

let agent, browser, counter
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Everything']])
	browser = await startBrowser()
	counter = await openPage(browser, await agent.pair('counter'), { size: sizes.phone })
	await counter.getByRole('link', { name: 'Everything' }).click()
	await agent.write('tape.txt', `F-01\n${PEN}\n`)
	await counter.getByRole('region', { name: 'Lines' }).getByText('Pen').waitFor()
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const dialog = () => counter.getByRole('dialog', { name: 'What nobody counted' })
const becomes = (name, bin) => dialog().getByLabel(`What becomes of ${name} in ${bin}`)

test('whoever counts sees what nobody counted in the zone, and no quantity', async () => {
	await counter.getByRole('button', { name: 'What nobody counted' }).click()
	await becomes('Mug', 'F-01').waitFor()
	assert.equal(await dialog().getByLabel('Zone').inputValue(), 'Front')
	assert.equal(await dialog().getByText('Pen', { exact: true }).count(), 0)
	assert.equal(await dialog().getByText('Cap', { exact: true }).count(), 0)
	await dialog().getByText('Nobody has been to this shelf.').waitFor()
	assert.deepEqual(await becomes('Bag', 'F-02').getByRole('option').allTextContents(), ['Not decided', 'Keep uncounted', 'Looked, not there: 0'])
	await counter.evaluate(axe)
	assert.deepEqual((await counter.evaluate(() => globalThis.axe.run())).violations.map(v => v.id), [])
})

test('while somebody walks there, a zero asks once more', async () => {
	await becomes('Mug', 'F-01').selectOption('Gone: 0')
	await dialog().getByText('1 pass is still open here').waitFor()
	await picture(counter, 'zone-phone')
	assert.ok(await dialog().getByRole('button', { name: 'Decide', exact: true }).isDisabled())
	await agent.call('pass', 'close')
	await dialog().getByRole('switch', { name: 'Decide all the same' }).check()
	await becomes('Bag', 'F-02').selectOption('Keep uncounted')
	await dialog().getByRole('button', { name: 'Decide', exact: true }).click()
	await counter.getByText('1 item stays uncounted. 1 item is confirmed to be gone.').first().waitFor()
	await dialog().getByText(/Kept uncounted by /).waitFor()
	assert.equal(await becomes('Mug', 'F-01').count(), 0)
})

test('what was looked for is 0, and another zone is chosen in the same place', async () => {
	await becomes('Bag', 'F-02').selectOption('Looked, not there: 0')
	await dialog().getByRole('button', { name: 'Decide', exact: true }).click()
	await dialog().getByText('Everything that is known here is counted.').waitFor()
	await dialog().getByLabel('Zone').selectOption('Back')
	await becomes('Cap', 'B-01').waitFor()
	await dialog().getByRole('button', { name: 'Close' }).last().click()
	const { lines } = JSON.parse(await agent.call('count', 'export', '--format', 'json'))
	assert.deepEqual(lines.map(l => [l.bin, l.good]).sort(), [['F-01', 0], ['F-01', 1], ['F-02', 0]])
	assert.deepEqual(counter.complaints, [])
})
