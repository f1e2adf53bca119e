// What to count next and why, and a count in figures: a manager sees both, with what
// could not be known, and gets from each to where something can be done about it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, closeCount, eventually, openPage, picture, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const shelf = ['4006381333931', '4006381333948', '5012345678900', '5012345678917', '5012345678924']
const files = {
	'stockhand.toml': settings({ scanners: ['Tape'], shop: true }),
	// The shelf is walked twice.
	'tape.txt': ['A-01', ...shelf, ...shelf].join('\n') + '\n',
	'shop/catalog.csv': `sku,name,barcode,cost,currency,bin,zone
A1,<b>Pen</b>,${shelf[0]},2.00,EUR,A-01,Shop
A2,Pencil,${shelf[1]},1.00,EUR,A-01,Shop
B2,Mug,${shelf[2]},3.50,EUR,A-01,Shop
B3,Cup,${shelf[3]},,,A-01,Shop
C4,Box,${shelf[4]},0.50,EUR,A-01,Shop
D5,Lamp,5012345678931,20.00,EUR,B-02,Back
`,
	'shop/levels.csv': 'sku,on_hand\nA1,5\nA2,0\nB2,1\nB3,1\nC4,1\nD5,3\n',
}

let browser, planned, counted, bare, boss, page, empty
before(async () => {
	browser = await startBrowser()
	const { 'tape.txt': _, ...still } = files
	bare = await startAgent({ 'stockhand.toml': settings() }, [])
	planned = await startAgent({ ...still, 'stockhand.toml': settings({ shop: true }) }, [['catalog', 'sync']])
	counted = await startAgent(files, [['catalog', 'sync'], ['count', 'open', '--type', 'full', '--name', 'Everything']])
	empty = await openPage(browser, await bare.pair('manager'))
	boss = await openPage(browser, await planned.pair('manager'))
	page = await openPage(browser, await counted.pair('manager'))
})
after(async () => {
	await browser?.close()
	for (const agent of [bare, planned, counted]) await agent?.stop()
})

const section = (p, name) => p.locator('section').filter({ has: p.getByRole('heading', { name, exact: false }) })

/** Looks at a screen as it is on small and large screens, in all colours. */
async function usable(own, title, name) {
	const state = await own.context().storageState()
	for (const [size, colours] of [['phone', 'light'], ['phone', 'dark'], ['desktop', 'dark'], ['desktop', 'light']]) {
		const other = await openPage(browser, own.url(), { state, size: sizes[size], colours })
		await other.getByRole('heading', { name: title, level: 1 }).waitFor()
		await eventually('the screen is filled', async () => await other.getByText('Asking the agent…').count() === 0 && await other.locator('.card').count() > 0)
		await other.evaluate(axe)
		const found = await other.evaluate(() => globalThis.axe.run())
		assert.deepEqual(found.violations.map(v => `${name} ${size} ${colours}: ${v.id} ${v.nodes[0].target} ${v.nodes[0].failureSummary}`), [])
		assert.equal(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${name} is too wide on a ${size}`)
		assert.deepEqual(await other.evaluate(() => [...document.querySelectorAll('main a, main button, main summary, nav a')]
			.map(e => [e.textContent.trim(), Math.round(e.getBoundingClientRect().height)]).filter(([, h]) => h > 0 && h < 48)), [], 'targets are large enough')
		await picture(other, `${name}-${size}-${colours}`)
		await other.context().close()
	}
}

test('without a catalogue the plan says what it is made from', async () => {
	await empty.getByRole('link', { name: 'Plan' }).click()
	await empty.getByRole('heading', { name: 'There is nothing to plan yet' }).waitFor()
	await usable(empty, 'Plan', 'plan-empty')
})

test('the plan says what is due and why, how much was counted, and what it could not know', async () => {
	await boss.getByRole('link', { name: 'Plan' }).click()
	const due = section(boss, 'Due now')
	await due.getByRole('listitem').filter({ hasText: '<b>Pen</b>' }).getByText('It was never counted. No movement of it is known for a year.').waitFor()
	assert.equal(await due.getByRole('listitem').count(), 6)
	const quarter = section(boss, 'Counted within a quarter')
	await quarter.getByText(/^By number 0\.0 %/).waitFor()
	await quarter.getByText(/^By value 0\.0 %/).waitFor() // the shop was asked for the numbers of what nobody counted
	await quarter.getByText(/0 of 6 items were counted in the last 91 days/).waitFor()
	await quarter.getByRole('row', { name: /no class every 91 days 0 of 6 6/ }).waitFor()
	await section(boss, 'Work of a day').getByText(/assumed at 25 seconds a line/).waitFor()
	const unknown = section(boss, 'What could not be known')
	await unknown.getByText('No movements are known, so there are no classes: everything is counted once in 91 days.').waitFor()
	await unknown.getByText('1 item has no cost that can be compared: velocity alone gives the class.').waitFor()
	await usable(boss, 'Plan', 'plan')
})

test('the items of a proposal are shown, and one press opens it', async () => {
	const job = section(boss, 'Ready to be opened').getByRole('listitem').filter({ has: boss.getByRole('heading', { name: /^Quarterly count of / }) })
	await job.getByText(/· Full$/).waitFor()
	await job.getByText(/6 of 6 items were not counted in the last 91 days/).waitFor()
	await job.getByText('Which items').click()
	await job.getByText('Lamp').waitFor()
	await boss.getByRole('button', { name: /^Open this count: Quarterly count of / }).click()
	await boss.getByRole('heading', { name: /^Quarterly count of /, level: 1 }).waitFor()
	const [count] = JSON.parse(await planned.call('count', 'list', '--json'))
	assert.equal(count.type, 'full')
})

test('a spot check that chance has drawn says what it certifies', async () => {
	await boss.getByRole('link', { name: 'Plan' }).click()
	await boss.getByRole('button', { name: /^Open this count: Spot check of / }).click()
	await boss.getByRole('heading', { name: /^Spot check of /, level: 1 }).waitFor()
	await boss.getByRole('link', { name: 'Review' }).click()
	await boss.getByRole('link', { name: 'Figures' }).click()
	await boss.getByRole('heading', { name: 'There is nothing to compare yet' }).waitFor()
	await section(boss, 'What this spot check says of everything').getByText(/This certifies nothing\. .* not counted, or not certainly/).waitFor()
	await section(boss, 'Pace').getByText(/Too little was counted to foretell the end/).waitFor()
	await usable(boss, /^Figures of Spot check/, 'figures-open')
})

test('a closed count in figures: every metric with its name and what it means', async () => {
	await page.getByRole('link', { name: 'Everything' }).click()
	await page.getByRole('region', { name: 'Receipt' }).getByText(/^10\s+heard/).waitFor()
	await closeCount(page)
	await page.getByRole('table').waitFor()
	await page.getByRole('link', { name: 'Figures' }).click()
	const metrics = section(page, 'How well the books said what was there')
	const metric = name => metrics.getByRole('listitem').filter({ hasText: name })
	await metric('Signed error').getByText('+2 units').waitFor()
	await metric('Shrink').getByText('€6.00, 1 item without a cost left out').waitFor()
	await metric('Inventory record accuracy (IRA)').getByText('0.0 % (0 of 5)').waitFor()
	await metric('Absolute error').getByText('8 units').waitFor()
	for (const name of ['Binary error', 'Error range in per cent', 'Error range in units', 'Mean absolute percentage error (MAPE)', 'Symmetric MAPE (sMAPE)', 'Hit rate within tolerance']) await metric(name).first().waitFor()
	await metric('Signed error').getByText('sum of counted less expected: what is over hides what is missing').waitFor()
	await page.getByText('1 item is in none of these figures: 1 not counted in all its bins.').waitFor()
})

test('shrinkage stands beside its limit, and what cannot be known is said', async () => {
	const shrinkage = section(page, 'Shrinkage')
	await shrinkage.getByText('Limit 2.0 %').waitFor()
	await shrinkage.getByText('over the limit', { exact: true }).waitFor()
	await shrinkage.getByRole('heading', { name: 'Of sales: not known' }).waitFor()
	await shrinkage.getByText('No sales are known to divide by.').waitFor()
	await shrinkage.getByRole('row', { name: 'Missing, nobody knows why €6.00' }).waitFor()
	const zones = section(page, 'By zone')
	await zones.getByRole('row', { name: /^Shop.* 5 0\.0 % / }).waitFor()
	await section(page, 'By who counted').getByText('This is no ranking').waitFor()
	await usable(page, 'Figures of Everything', 'figures')
})

test('what was counted is covered, by number and by what it is worth', async () => {
	const figures = page.url()
	await page.getByRole('link', { name: 'Plan' }).click()
	const quarter = section(page, 'Counted within a quarter')
	await quarter.getByText('By number 83.3 %').waitFor() // five of six
	await quarter.getByText(/^By value \d+\.\d %/).waitFor()
	await section(page, 'Due now').getByRole('listitem').filter({ hasText: 'Lamp' }).getByText('It was never counted.').waitFor()
	await usable(page, 'Plan', 'plan-covered')
	await page.goto(figures)
})

test('hints and investigations lead to the lines', async () => {
	const hints = section(page, 'Worth a look')
	await hints.getByText(/A-01 in Shop looks scanned twice, .*: 5 items in the same order/).waitFor()
	await hints.getByText(/Pen.* is 3 short and Pencil \(A2\) is 2 over: their barcodes differ/).waitFor()
	for (const [where, item] of [[hints, 'Mug'], [section(page, 'To be investigated'), '<b>Pen</b>']]) {
		await where.getByRole('button', { name: item }).first().click()
		await page.getByRole('dialog', { name: item }).getByRole('heading', { name: 'Scans' }).waitFor()
		await page.keyboard.press('Escape')
		await page.getByRole('dialog').waitFor({ state: 'detached' })
	}
	await page.getByRole('link', { name: 'Review' }).click()
	await eventually('the review is shown in the place of the figures', async () => page.url().endsWith('/review') && await page.getByRole('table').count() === 1)
})

test('a counter sees neither', async () => {
	const own = await openPage(browser, await counted.pair('counter'))
	await own.getByRole('heading', { name: 'Counts', level: 1 }).waitFor()
	assert.equal(await own.getByRole('link', { name: 'Plan' }).count(), 0)
	for (const hash of ['#/plan', '#/figures/count-1']) {
		await own.goto(new URL(hash, own.url()).href)
		await own.getByRole('heading', { name: 'Counts', level: 1 }).waitFor()
	}
	await own.context().close()
})

test('the browsers had nothing to complain about', () => assert.deepEqual([...empty.complaints, ...boss.complaints, ...page.complaints], []))
