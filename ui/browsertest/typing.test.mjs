// What somebody counts with a scanner that types: the sum stands on top, nothing that
// was typed changes by itself, and no field has to have the focus.
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { eventually, keyboardScanner, numberIn, openPage, settings, sizes, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931', MUG = '5012345678900'
const files = { 'stockhand.toml': settings(), 'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\nB2,Mug,${MUG},A-01\n` }

let agent, browser, page, scan
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens']])
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'), { size: sizes.phone })
	await page.addInitScript(() => {
		// What is played is written down, the shape of each tone.
		globalThis.played = []
		const start = OscillatorNode.prototype.start
		OscillatorNode.prototype.start = function (...when) {
			globalThis.played.push(this.type)
			return start.apply(this, when)
		}
	})
	await page.reload()
	await page.getByRole('link', { name: 'Pens' }).click()
	scan = await keyboardScanner(page)
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await dialog().getByRole('radio', { name: /^This browser/ }).check()
	await dialog().getByLabel('Bin').fill('A-01')
	await dialog().getByRole('button', { name: 'Start', exact: true }).click()
	await dialog().waitFor({ state: 'detached' })
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const dialog = () => page.getByRole('dialog')
const last = () => page.getByRole('region', { name: 'Last scan' })
const quantity = () => dialog().getByRole('textbox', { name: 'Quantity' })
const figure = async () => numberIn(await last().locator('.last-figure').innerText())
const type = () => page.getByRole('button', { name: 'Type a quantity' }).click()

/** Scans something that counts and waits for the sum of its line. */
async function counts(code, sum) {
	await scan(code)
	await eventually(`${code} makes ${sum}`, async () => await figure() === sum)
}

test('the sum of what one scans stands on top, and the last scans below it', async () => {
	for (let n = 1; n <= 9; n++) await counts(PEN, n)
	await counts(MUG, 1)
	await counts(PEN, 10)
	const box = await last().locator('.last-figure').boundingBox()
	assert.ok(box.y >= 0 && box.y + box.height < sizes.phone.height, `the sum is in sight: ${JSON.stringify(box)}`)
	const recent = await page.getByRole('region', { name: 'Recent scans' }).getByRole('listitem').allInnerTexts()
	assert.deepEqual(recent.slice(0, 3).map(text => /Pen|Mug/.exec(text)?.[0]), ['Pen', 'Mug', 'Pen'])
	await page.getByRole('region', { name: 'Receipt' }).getByText('11', { exact: true }).first().waitFor()
})

test('what counts and what nobody knows sound different', async () => {
	const played = async deed => {
		await page.evaluate(() => { globalThis.played.length = 0 })
		await deed()
		return eventually('it sounds', async () => {
			const shapes = await page.evaluate(() => globalThis.played)
			return shapes.length > 0 && shapes
		})
	}
	await page.getByRole('heading', { name: 'Pens' }).click() // browsers are silent before a tap
	assert.deepEqual(await played(() => counts(PEN, 11)), ['sine'])
	const unknown = await played(async () => {
		await scan('NOT-AN-ITEM')
		await last().getByText('unknown barcode').waitFor()
	})
	assert.ok(unknown.every(shape => shape === 'square') && unknown.length === 2, `${unknown}`)
})

test('neither a wheel nor an arrow changes a quantity that was typed', async () => {
	await type()
	await quantity().fill('7')
	await quantity().hover()
	for (const by of [120, -120, -480]) await page.mouse.wheel(0, by)
	for (const key of ['ArrowUp', 'ArrowDown', 'ArrowDown', 'PageUp']) await quantity().press(key)
	await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
	assert.equal(await quantity().inputValue(), '7')
	await page.keyboard.press('Escape')
})

test('no screen has a field whose number a browser changes when one scrolls', async () => {
	const screens = new URL('../static/', import.meta.url)
	for (const name of await readdir(screens, { recursive: true })) {
		if (!name.endsWith('.js')) continue
		const source = await readFile(new URL(name, screens), 'utf8')
		assert.ok(!/type=["']?(number|range)/.test(source), name)
	}
})

test('a quantity that was typed is for the barcode that is scanned then', async () => {
	await type()
	await quantity().fill('12')
	await scan(MUG)
	await eventually('the barcode is taken', async () => await dialog().getByLabel('Item or barcode').inputValue() === MUG)
	assert.equal(await quantity().inputValue(), '12')
	await dialog().getByRole('button', { name: 'Enter quantity' }).click()
	await dialog().waitFor({ state: 'detached' })
	await eventually('the mugs are 12', async () => await figure() === 12)
	await last().getByRole('heading', { name: 'Mug' }).waitFor()
})

test('after a search, or with any other field in use, scans go on counting', async () => {
	await type()
	await dialog().getByLabel('Item or barcode').fill('Mu')
	await dialog().getByRole('list', { name: 'Search' }).getByText('Mug').waitFor()
	await page.keyboard.press('Escape')
	await dialog().waitFor({ state: 'detached' })
	await counts(MUG, 13)
	const search = page.getByRole('searchbox')
	await search.fill('Pe')
	await search.focus()
	await counts(MUG, 14)
	assert.equal(await search.inputValue(), 'Pe', 'the field holds what was typed into it')
	await search.fill('')
})

test('what was entered is there wherever one looks meanwhile', async () => {
	await type()
	await dialog().getByLabel('Item or barcode').fill(PEN)
	await quantity().fill('30')
	const beside = await page.context().newPage()
	await beside.goto(page.url())
	await beside.getByRole('region', { name: 'Lines' }).getByText('Mug').waitFor()
	await page.bringToFront()
	assert.equal(await quantity().inputValue(), '30', 'half typed, in a tab that was behind another')
	await dialog().getByRole('button', { name: 'Enter quantity' }).click()
	await dialog().waitFor({ state: 'detached' })
	await eventually('the other tab is told', async () => numberIn(await beside.locator('.last-figure').innerText()) === 30)
	await beside.close()
	await page.goto(new URL('#/', page.url()).href)
	await page.getByRole('link', { name: 'Pens' }).click()
	await eventually('it is there after another screen', async () => await figure() === 30)
	await page.reload()
	await eventually('it is there after a reload', async () => await figure() === 30)
})

test('the browser had nothing to complain about', () => assert.deepEqual(page.complaints, []))
