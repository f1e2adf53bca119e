// People: they sign in on the page with a PIN, the pass says who counts, and who
// counted does not approve.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage, picture, settings, startAgent, startBrowser } from './rig.mjs'

const files = {
	'stockhand.toml': settings({ shop: true, more: 'currency = "EUR"\n[count]\nverify_by_other = true\napprove_by_other = true\n' }),
	'shop/catalog.csv': 'sku,name,barcode,cost\nA1,Pen,4006381333931,2.00\n',
	'shop/levels.csv': 'sku,on_hand\nA1,9\n',
}

let agent, browser, page
before(async () => {
	agent = await startAgent(files, [['catalog', 'sync'], ['count', 'open', '--name', 'Pens']])
	await agent.typed('271828\n', 'people', 'add', 'Eva', '--role', 'manager', '--no-badge')
	await agent.typed('314159\n', 'people', 'add', 'Anna', '--role', 'manager', '--no-badge')
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const strip = () => page.getByRole('region', { name: 'State' })

async function signIn(name, pin) {
	await strip().getByRole('button', { name: /^(Sign in|Signed in: )/ }).click()
	await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
	const pad = page.getByRole('dialog', { name: `PIN of ${name}` })
	for (const digit of pin) await pad.getByRole('button', { name: digit, exact: true }).click()
	await pad.getByRole('button', { name: 'Sign in', exact: true }).click()
	return pad
}

test('a wrong PIN is refused, the right one says who counts', async () => {
	const pad = await signIn('Eva', '999998')
	await pad.getByText(/PIN is not the one of/).waitFor()
	for (const digit of '271828') await pad.getByRole('button', { name: digit, exact: true }).click()
	await pad.getByRole('button', { name: 'Sign in', exact: true }).click()
	await pad.waitFor({ state: 'detached' })
	await strip().getByRole('button', { name: 'Signed in: Eva' }).waitFor()
	await page.reload()
	await strip().getByRole('button', { name: 'Signed in: Eva' }).waitFor()

	await page.getByRole('link', { name: 'Pens' }).click()
	await page.getByRole('button', { name: 'Start a pass' }).first().click()
	await page.getByRole('dialog').getByRole('radio', { name: /^None/ }).check()
	await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click()
	await page.getByRole('region', { name: 'Passes' }).getByText('by Eva').waitFor()
})

test('who counted does not approve, somebody else does', async () => {
	await page.getByRole('button', { name: 'Type a quantity' }).click()
	const dialog = page.getByRole('dialog')
	await dialog.getByLabel('Item or barcode').fill('4006381333931')
	await dialog.getByRole('textbox', { name: 'Quantity' }).fill('4')
	await dialog.getByRole('button', { name: 'Enter quantity' }).click()
	await page.getByRole('region', { name: 'Lines' }).getByText('Pen').waitFor()
	await agent.call('count', 'close', 'count-1', '--yes')
	await agent.write('shop/levels.csv', 'sku,on_hand\nA1,9\n')
	await page.getByRole('link', { name: 'Review' }).click()
	const again = page.getByRole('button', { name: /^Ask again first/ })
	await again.waitFor({ timeout: 60_000 })
	await again.click()
	await page.getByRole('region', { name: 'Ask again first' }).getByText(/1 item is worth counting once more/).waitFor()
	const approve = async () => {
		await page.getByRole('button', { name: /^Approve 1 ready line/ }).click()
		const asking = page.getByRole('dialog')
		await asking.getByLabel('Reason').selectOption('Not known')
		await asking.getByRole('button', { name: /^Approve and send/ }).click()
		return asking
	}
	const asking = await approve()
	await asking.getByText(/You counted .* yourself, and here somebody else has to approve it/).waitFor()
	await picture(page, 'own-approval')
	await asking.getByRole('button', { name: 'Cancel' }).click()
	const pad = await signIn('Anna', '314159')
	await pad.waitFor({ state: 'detached' })
	await strip().getByRole('button', { name: 'Signed in: Anna' }).waitFor()
	await (await approve()).waitFor({ state: 'detached' })
	await page.getByText(/1 adjustment approved/).waitFor()
})
