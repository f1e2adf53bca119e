// What can go wrong between the agent and the shop, seen from the page: it is said,
// nothing is lost or doubled, and in the end the shop is what lies on its shelves.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { approve, closeCount, closeShop, counted, eventually, heard, numberIn, openPage, settle, startBrowser, startDemo, turn, typedOver } from './rig.mjs'

let browser
before(async () => { browser = await startBrowser() })
after(async () => { await browser?.close() })

/** A test with a demo of its own, whose page is given to it. */
const inDemo = (what, check, flags) => test(what, async () => {
	const demo = await startDemo(flags)
	try {
		const page = await openPage(browser, demo.link)
		await page.getByRole('link', { name: 'The whole shop' }).click()
		await check(page, demo)
		assert.deepEqual(page.complaints, [], 'the browser had nothing to complain about')
		await page.context().close()
	} finally {
		await demo.stop()
	}
})

/** Counts the whole shop, closes it and lets nobody in any more. */
async function counting(page) {
	await counted(page)
	await closeCount(page)
	await closeShop(page)
}

/** Approves until nothing is left to approve just now. Returns how many lines that were. */
async function approveSome(page) {
	let lines = 0
	const ready = page.getByRole('button', { name: /^Approve \d+ ready/ })
	await eventually('lines are approved', async () => {
		if (await ready.isVisible()) lines += await approve(page)
		return lines > 0
	})
	return lines
}

const cardOf = (page, sku) => page.getByRole('listitem').filter({ hasText: sku, has: page.getByRole('button', { name: 'Keep theirs' }) })

inDemo('somebody types over: both numbers are shown, and each decision ends right', async page => {
	await counting(page)
	await turn(page, 'Somebody types over', true)
	await page.getByText(/Somebody typed .* over the/).first().waitFor()
	const typed = await eventually('three numbers are typed over', async () => {
		const all = await typedOver(page)
		return all.length >= 3 && all
	})
	await turn(page, 'Somebody types over', false)
	await approveSome(page)
	for (const t of typed) {
		const card = cardOf(page, t.sku)
		await card.getByText('Changed by somebody else').waitFor()
		assert.match(await card.innerText(), new RegExp(`In the shop now\\s+${t.to}\\b`), 'the typed number is shown')
		await card.getByText(/by somebody else/).nth(1).waitFor()
		await card.getByText(/Nothing was sent/).waitFor()
	}
	const right = typed.find(t => t.right), [first, second] = typed.filter(t => !t.right)
	for (const [t, decision, said] of [[right, 'Keep theirs', 'The shop’s number stays.'], [first, 'Use my count', 'Your count goes out again.'], [second, 'Recount', 'The recount is asked for.']]) {
		const button = cardOf(page, t.sku).getByRole('button', { name: decision })
		if (decision !== 'Recount') await eventually('the button says what the shop will have', async () => /: \W?\d+$/.test(await button.innerText()))
		await eventually('the decision is taken', async () => { // again, if the number was sold away under the finger
			if (await page.getByText(said).first().isVisible()) return true
			if (await button.isEnabled({ timeout: 500 }).catch(() => false)) await button.click({ timeout: 1000 }).catch(() => {})
			return await page.getByText(said).first().isVisible()
		})
		await cardOf(page, t.sku).waitFor({ state: 'detached' })
	}
	await settle(page)
	assert.equal(await page.getByRole('button', { name: 'Keep theirs' }).count(), 0, 'nothing is left to decide')
})

inDemo('without internet what is approved waits in sight, and goes out once by itself', async page => {
	await counting(page)
	await turn(page, 'Internet off', true)
	await page.getByText('Switched on: Internet off').first().waitFor()
	const approved = await approveSome(page)
	await page.getByRole('link', { name: 'Upload' }).first().click()
	const state = page.getByRole('region', { name: 'State' })
	await state.getByText('Shop offline').waitFor()
	await state.getByText(/changes? waits? for the shop/).waitFor()
	const waits = page.locator('.health .figures div')
	await eventually('depth and age are shown', async () => {
		const [depth, age] = await waits.locator('dd').allInnerTexts()
		return numberIn(depth) >= approved && /\d/.test(age)
	})
	await page.getByText(/Counting goes on/).first().waitFor()
	await turn(page, 'Internet off', false)
	await state.getByText('Nothing waits for the shop').waitFor()
	await page.getByText('Delivered', { exact: true }).first().waitFor()
	await settle(page)
})

inDemo('a busy shop is said, and gets everything later', async page => {
	await counting(page)
	await turn(page, 'Shop busy', true)
	await approveSome(page)
	await page.getByRole('link', { name: 'Upload' }).first().click()
	const state = page.getByRole('region', { name: 'State' })
	await state.getByText('Shop busy').waitFor()
	await page.getByText('The shop asks for patience').waitFor()
	await turn(page, 'Shop busy', false)
	await state.getByText('Nothing waits for the shop').waitFor()
	await settle(page)
})

inDemo('an agent that is killed is missed, found again, and nothing is shown twice or lost', async (page, demo) => {
	const phase = page.getByRole('region', { name: 'State' }).getByRole('status')
	for (let kills = 0; kills < 3; kills++) {
		const before = await heard(page)
		await eventually('scans arrive', async () => await heard(page) > before + 5)
		await phase.getByText('Agent connected').waitFor()
		const gone = phase.getByText(/Agent not reachable|Connecting to the agent/).waitFor()
		await demo.killAgent()
		await gone
		await phase.getByText('Agent connected').waitFor()
	}
	await counted(page)
	await closeShop(page)
	const { tally, scans } = await demo.ask('count', 'export', 'count-1')
	await eventually('the page has all that the log has', async () => await heard(page) === tally.entries)
	await page.locator(`[data-seq="${newest(scans)[0]}"]`).waitFor()
	const shown = await listed(page)
	assert.equal(new Set(shown.map(s => s.seq)).size, shown.length, 'no scan is shown twice')
	assert.deepEqual(shown.map(s => s.seq), newest(scans), 'the newest are shown, none is missing')
	await page.reload()
	await page.getByRole('region', { name: 'Recent scans' }).getByRole('listitem').first().waitFor()
	assert.deepEqual(await listed(page), shown, 'a new page shows the same')
}, ['--no-browser', '--items', '60', '--speed', '2', '--seed', '7'])

/** What the page keeps of the log's scans: the newest 60, of which those that undo are not listed. */
const newest = scans => scans.toSorted((a, b) => b.seq - a.seq).slice(0, 60).filter(s => s.op !== 'void').map(s => s.seq)

/** The newest scans as they are listed, all that there are on the page. */
async function listed(page) {
	const list = page.getByRole('region', { name: 'Recent scans' })
	const more = list.getByRole('button', { name: 'Show more scans' })
	if (await more.isVisible()) await more.click()
	await more.waitFor({ state: 'detached' })
	const rows = await list.getByRole('listitem').evaluateAll(all => all.map(row => [row.dataset.seq, row.innerText]))
	// That a scan was the first of its line only those know who saw it come.
	return rows.map(([seq, text]) => ({ seq: Number(seq), text: text.replaceAll(/\s+/g, ' ').replace('first of this line', 'counted') }))
}
