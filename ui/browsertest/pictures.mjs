// Makes the pictures of the README, in ui/pictures, from the demo:
//
//	make build && cd ui/browsertest && npm ci && npm run pictures
import { mkdir } from 'node:fs/promises'
import { approve, closeCount, counted, eventually, heard, openPage, sizes, startBrowser, startDemo } from './rig.mjs'

const folder = new URL('../pictures/', import.meta.url)
const demo = await startDemo()
const browser = await startBrowser()
const take = async (page, name) => {
	await page.evaluate(() => scrollTo(0, 0))
	await page.screenshot({ path: new URL(`${name}.png`, folder).pathname })
	console.log(`ui/pictures/${name}.png`)
}

await mkdir(folder, { recursive: true })
try {
	const page = await openPage(browser, demo.link)
	await page.getByRole('link', { name: 'The whole shop' }).click()
	await eventually('scans are heard', async () => await heard(page) > 40)
	const state = await page.context().storageState()
	const phone = await openPage(browser, page.url(), { state, size: sizes.phone, colours: 'dark' })
	await phone.getByRole('region', { name: 'Last scan' }).waitFor()
	await phone.getByText('Simulated shop.').waitFor()
	await take(page, 'counting')
	await take(phone, 'counting-phone')
	await counted(page)
	await closeCount(page)
	const ready = page.getByRole('button', { name: /^Approve \d+ ready/ })
	await eventually('lines are ready', () => ready.isEnabled())
	await take(page, 'review')
	await page.getByRole('button', { name: /^How .* came about$/ }).first().click()
	await page.getByRole('dialog').getByRole('heading', { name: 'Scans' }).waitFor()
	await take(page, 'detail')
	await page.keyboard.press('Escape')
	await eventually('lines are approved', async () => await ready.isEnabled() && await approve(page) > 0)
	await page.getByRole('link', { name: 'Upload' }).first().click()
	await eventually('deliveries have arrived', async () => await page.getByText('Delivered', { exact: true }).count() > 3)
	await take(page, 'upload')
} finally {
	await browser.close()
	await demo.stop()
}
