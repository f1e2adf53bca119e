// A count of some zones is opened, checked beforehand, and shows whoever counts what is
// left, without a quantity; what nobody asked for is taken in by one tap.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage, picture, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '9780201379624', BAG = '96385074', CAP = '5012345678900'
const files = { 'stockhand.toml': settings({ scanners: ['Tape', 'Reel'] }), 'articles.csv': `sku,name,barcode,bin,zone\nA1,Pen,${PEN},F-01,Front\nB2,Mug,${MUG},F-01,Front\nC3,Bag,${BAG},F-02,Front\nD4,Cap,${CAP},B-01,Back\n` }

let agent, browser, manager, counter
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv']])
	browser = await startBrowser()
	manager = await openPage(browser, await agent.pair('manager'), { size: sizes.desktop })
	counter = await openPage(browser, await agent.pair('counter'), { size: sizes.phone, colours: 'dark' })
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const left = page => page.getByRole('region', { name: 'Left to count' })

test('a count of a zone is checked, and opened', async () => {
	await manager.getByRole('button', { name: 'Open a count' }).click()
	const dialog = manager.getByRole('dialog')
	await dialog.getByLabel('Name').fill('The front')
	await dialog.getByRole('radio', { name: /^Zones or shelves/ }).check()
	await dialog.getByRole('checkbox', { name: 'Front (2 shelves)' }).check()
	await picture(manager, 'open-desktop')
	await dialog.getByRole('button', { name: 'Check first' }).click()
	await dialog.getByText('3 items were looked at.').waitFor()
	await dialog.getByText('3 items have no cost: a difference of them has no value.').waitFor()
	await dialog.getByText(/No shop system is connected/).waitFor()
	await picture(manager, 'checked-desktop')
	await dialog.getByRole('button', { name: 'Open the count' }).click()
	await left(manager).getByText('3 of 3').waitFor()
	await left(manager).getByText('Zone Front').waitFor()
	await picture(manager, 'left-desktop')
})

test('whoever counts sees what is left by bin, and no quantity', async () => {
	await counter.getByRole('link', { name: 'The front' }).click()
	await left(counter).getByText('3 of 3').waitFor()
	await agent.call('pass', 'open', 'count-1', '--scanner', 'Tape', '--bin', 'F-01')
	await agent.write('tape.txt', `${PEN}\n`)
	await left(counter).getByText('2 of 3').waitFor()
	await left(counter).getByText('Mug').waitFor() // the bin where somebody is lies open
	assert.equal(await left(counter).getByText('Pen', { exact: true }).count(), 0)
	await picture(counter, 'left-phone')
})

test('what nobody asked for is said, and taken in by one tap', async () => {
	await agent.call('pass', 'open', 'count-1', '--scanner', 'Reel', '--bin', 'F-02')
	await agent.write('reel.txt', `B-01\n${CAP}\n`)
	const stray = counter.getByRole('listitem').filter({ hasText: 'Cap' })
	await stray.getByText('nobody asked for it').waitFor()
	await picture(counter, 'outside-phone')
	await counter.getByRole('region', { name: 'Last scan' }).getByRole('button', { name: 'Take Cap into the count' }).click()
	await counter.getByRole('region', { name: 'Lines' }).getByText('Cap').waitFor()
	await left(counter).getByText('Zone Front · Shelf B-01').waitFor()
	await counter.getByRole('button', { name: 'Take it in' }).first().waitFor({ state: 'detached' })
})

test('two people in one place are told of each other', async () => {
	await agent.call('pass', 'open', 'count-1', '--bin', 'B-01')
	await counter.getByText(/^Also here: .*, since \d\d:\d\d/).first().waitFor()
	assert.equal(await counter.getByText(/^Also here/).count(), 2)
	await picture(counter, 'together-phone')
})

test('what is due by the plan is opened as it is proposed', async () => {
	await manager.getByRole('link', { name: 'Counts' }).first().click()
	await manager.getByRole('button', { name: 'Open a count' }).click()
	const dialog = manager.getByRole('dialog')
	await dialog.getByRole('radio', { name: /^Spot check of/ }).check()
	await picture(manager, 'due-desktop')
	await manager.setViewportSize(sizes.phone)
	await picture(manager, 'due-phone')
	await dialog.getByRole('button', { name: 'Open the count' }).click()
	await left(manager).getByText(/items? on the list/).waitFor()
	for (const page of [manager, counter]) assert.deepEqual(page.complaints, [])
})
