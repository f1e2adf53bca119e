// How a number came about can be had: the history of an item, and a report to print.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { openPage, settings, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931'
const files = { 'stockhand.toml': settings({ scanners: ['Tape'] }), 'articles.csv': `sku,name,barcode\nA1,<b>Pen</b>,${PEN}\n`, 'tape.txt': `${PEN}\n${PEN}\n` }

let agent, browser, page
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens'], ['pass', 'open', 'count-1', '--scanner', 'Tape']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
	await page.getByRole('link', { name: 'Pens' }).click()
	await page.getByText('<b>Pen</b>').first().waitFor()
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

test('a closed count has a report, and an item its history', async () => {
	await agent.call('count', 'close', 'count-1', '--yes')
	await page.getByRole('link', { name: 'Review' }).click()
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Report to print' }).click()])
	assert.equal(download.suggestedFilename(), 'count-1.html')
	const report = await readFile(await download.path(), 'utf8')
	assert.match(report, /&lt;b&gt;Pen&lt;\/b&gt;/)
	assert.doesNotMatch(report, /<script/)
	await page.getByRole('button', { name: /All/ }).click()
	await page.getByRole('button', { name: /Pen/ }).first().click()
	await page.getByText('Everything that happened to this item').click()
	await page.getByText('Scanned 4006381333931: counted 1.').first().waitFor()
	await page.getByText('count-1 is closed.').waitFor()
})
