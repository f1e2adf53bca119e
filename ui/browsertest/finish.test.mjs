// Finishing a count: it says first what nobody decided, and asks for nothing after
// that. And what the page shows when the agent is gone: how old it is.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { approve, closeCount, eventually, openPage, settings, startAgent, startBrowser } from './rig.mjs'

const files = {
	'stockhand.toml': settings({ scanners: ['Tape'], shop: true }),
	'tape.txt': '4006381333931\n4006381333931\n4006381333931\n5012345678900\n5012345678900\n',
	'shop/catalog.csv': 'sku,name,barcode\nA1,Pen,4006381333931\nB2,Mug,5012345678900\nC3,Cup,5012345678917\n',
	'shop/levels.csv': 'sku,on_hand\nA1,9\nB2,2\nC3,7\n',
}

let agent, browser, page
before(async () => {
	agent = await startAgent(files, [['catalog', 'sync'], ['count', 'open', '--type', 'full', '--name', 'Everything']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
	await page.getByRole('link', { name: 'Everything' }).click()
	await page.getByRole('region', { name: 'Receipt' }).getByText(/^5\s+heard/).waitFor()
	const repeats = page.getByRole('button', { name: /^Count all|^Count it|^Count (Pen|Mug)/ })
	await eventually('what came fast is counted', async () => {
		if (await repeats.count() > 0) await repeats.first().click()
		return await page.getByText(/0\s+kept/).isVisible()
	})
	await closeCount(page)
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const chip = name => page.getByRole('group', { name: 'Show' }).getByRole('button', { name })
const dialog = () => page.getByRole('dialog')
const finish = () => page.getByRole('button', { name: 'Finish count' })

test('what was not counted everywhere is no difference, and has a number of its own', async () => {
	await chip(/^Ready 1$/).waitFor()
	await chip(/^Differences 1$/).waitFor()
	await chip(/^Not complete 1$/).click()
	await page.getByRole('row').filter({ hasText: 'C3' }).waitFor()
	assert.equal(await page.getByRole('row').filter({ hasText: 'SKU' }).or(page.locator('tr[data-status]')).count(), 1)
})

test('finishing says what is not decided and what becomes of it', async () => {
	await finish().click()
	for (const told of ['1 difference is not decided', 'the shop keeps its numbers', '1 line is not complete', '1 line is decided']) await dialog().getByText(told).waitFor()
	await dialog().getByRole('button', { name: 'Cancel' }).click()
	await page.getByText('In review').waitFor()
})

test('a finished count asks for nothing', async () => {
	await eventually('the difference is approved', async () => await approve(page) > 0)
	await finish().click()
	await dialog().getByText('2 lines are decided').waitFor() // it has arrived
	assert.equal(await dialog().getByText('not decided').count(), 0)
	await dialog().getByText('1 line is not complete').waitFor()
	await dialog().getByRole('button', { name: 'Finish count' }).click()
	await page.getByText('Done', { exact: true }).waitFor()
	await chip(/^Left open 1$/).click()
	const left = page.getByRole('row').filter({ hasText: 'C3' })
	await left.getByText('Nobody counted this. The count is finished: the shop\'s number stays as it is.').waitFor()
	await left.getByText('Left open', { exact: true }).waitFor()
	assert.equal(await page.getByRole('checkbox').count(), 0, 'nothing can be chosen for a recount')
	assert.equal(await page.getByRole('button', { name: /^(Approve \d|Nothing ready)/ }).count(), 0)
	await left.getByRole('button', { name: /came about$/ }).first().click()
	await dialog().getByText('Nobody counted this. The count is finished').waitFor()
	assert.equal(await dialog().getByRole('button', { name: /Recount|Approve/ }).count(), 0)
	await dialog().getByRole('button', { name: 'Close' }).first().click()
})

test('when the agent is gone the strip says how old each fact is', async () => {
	const strip = page.getByRole('region', { name: 'State' })
	const scanners = strip.getByRole('link', { name: '1 scanner' }), shop = strip.getByRole('link', { name: /Shop/ })
	const colour = place => place.locator('.mark').evaluate(mark => getComputedStyle(mark).color)
	await shop.waitFor()
	assert.equal(await page.getByText(/as of/).count(), 0)
	const before = await colour(shop)
	await agent.stop()
	for (const fact of [scanners, shop]) await fact.getByText(/^as of \d\d:\d\d$/).waitFor()
	for (const fact of [scanners, shop]) assert.notEqual(await colour(fact), before, 'it is faded')
	await page.getByText(/^last contact \d\d:\d\d:\d\d\.$/).waitFor()
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
