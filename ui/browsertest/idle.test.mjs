// Who signed in and does nothing any more is signed out: the page says so, scans go on
// being stored, and a restart of the agent forgets nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage, picture, settings, startAgent, startBrowser } from './rig.mjs'

const PEN = '4006381333931'
const files = {
	'stockhand.toml': settings({ scanners: ['Tape'], more: '[people]\nsign_out_after = "6s"\n' }),
	'articles.csv': `sku,name,barcode,bin\nA1,Pen,${PEN},A-01\n`,
}

let agent, browser, page
before(async () => {
	agent = await startAgent(files, [['catalog', 'import', 'articles.csv'], ['count', 'open', '--name', 'Pens']])
	await agent.typed('271828\n', 'people', 'add', 'Eva', '--role', 'manager', '--no-badge')
	browser = await startBrowser()
	page = await openPage(browser, await agent.pair('manager'))
})
after(async () => {
	await browser?.close()
	await agent?.stop()
})

const strip = () => page.getByRole('region', { name: 'State' })

test('who does nothing is signed out, and the page says why', async () => {
	await strip().getByRole('button', { name: 'Sign in' }).click()
	await page.getByRole('dialog').getByRole('button', { name: 'Eva', exact: true }).click()
	const pad = page.getByRole('dialog', { name: 'PIN of Eva' })
	for (const digit of '271828') await pad.getByRole('button', { name: digit, exact: true }).click()
	await pad.getByRole('button', { name: 'Sign in', exact: true }).click()
	await strip().getByRole('button', { name: 'Signed in: Eva' }).waitFor()
	await page.getByText(/^Eva was signed out, as nothing was done here for a while/).waitFor()
	await strip().getByRole('button', { name: 'Sign in', exact: true }).waitFor()
	await picture(page, 'signed-out')
})

test('scans go on being stored', async () => {
	await page.getByRole('link', { name: 'Pens' }).click()
	await agent.write('tape.txt', `A-01\n${PEN}\n`)
	await page.getByRole('region', { name: 'Lines' }).getByText('Pen').waitFor()
	assert.deepEqual(page.complaints, [])
})
