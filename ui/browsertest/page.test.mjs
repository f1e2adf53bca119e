// What the page is made of: small, of itself alone, and exactly the locked
// versions of what others wrote.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = new URL('../static/', import.meta.url)
const folder = fileURLToPath(root)
const KB = 1024

/** How the page asks for what it does not need at once. */
const asks = how => new RegExp(String.raw`\b${how}\(\(\) => import\('(\.[^']+)'\)`, 'g')

/** What a browser fetches, beginning with index.html or a list of files. */
async function fetched({ from, by }) {
	const found = new Map()
	const index = await readFile(new URL('index.html', root), 'utf8')
	const todo = from ?? ['index.html', ...[...index.matchAll(/(?:href|src)="([^"#]+)"/g)].map(m => m[1])]
	for (const name of todo) {
		if (found.has(name)) continue
		const content = await readFile(new URL(name, root))
		found.set(name, gzipSync(content, { level: 9 }).length)
		if (!name.endsWith('.js')) continue
		const imports = [...content.toString().matchAll(/^(?:import|export)\b[^'"\n]*['"](\.[^'"]+)['"]/gm)]
		for (const how of by) imports.push(...content.toString().matchAll(asks(how)))
		for (const [, path] of imports) todo.push(new URL(path, new URL(name, root)).href.slice(root.href.length))
	}
	return found
}

const weigh = files => [...files.values()].reduce((sum, size) => sum + size, 0)

test('a counter fetches at most 60 KB, a manager 90 KB, what is seldom needed 20 KB more each', async t => {
	const counter = weigh(await fetched({ by: [] })), day = await fetched({ by: ['later'] })
	t.diagnostic(`counter ${(counter / KB).toFixed(1)} KB, manager ${(weigh(day) / KB).toFixed(1)} KB, gzipped`)
	assert.ok(counter <= 60 * KB, `the counter's page weighs ${counter} bytes`)
	assert.ok(weigh(day) <= 90 * KB, `the manager's page weighs ${weigh(day)} bytes`)
	for (const name of (await fetched({ by: ['later', 'seldom'] })).keys()) {
		if (!name.endsWith('.js')) continue
		for (const [, path] of (await readFile(new URL(name, root), 'utf8')).matchAll(asks('seldom'))) {
			const screen = new URL(path, new URL(name, root)).href.slice(root.href.length)
			const more = weigh(new Map([...await fetched({ from: [screen], by: ['later'] })].filter(([file]) => !day.has(file))))
			t.diagnostic(`${screen} ${(more / KB).toFixed(1)} KB more`)
			assert.ok(more <= 20 * KB, `${screen} weighs ${more} bytes more`)
		}
	}
})

test('every file is fetched by something, and nothing from elsewhere', async () => {
	const used = await fetched({ by: ['later', 'seldom'] })
	const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter(f => f.isFile())
		.map(f => relative(folder, join(f.parentPath ?? f.path, f.name)))
	const unused = files.filter(f => !used.has(f) && !f.startsWith('vendor/') && f !== 'live/types.js')
	assert.deepEqual(unused, [])
	for (const name of used.keys()) {
		const text = await readFile(new URL(name, root), 'utf8')
		const elsewhere = text.match(/(?:src|href|from|import|url)\s*[=(]?\s*['"(]https?:/g)
		assert.equal(elsewhere, null, `${name} fetches from elsewhere`)
		if (!name.startsWith('vendor/')) assert.doesNotMatch(text, /\beval\(|new Function|innerHTML|dangerouslySet/, name)
	}
})

test('the vendored file is what the locked versions make', () => {
	execFileSync(process.execPath, ['vendor.mjs', '--check'], { cwd: here, stdio: 'pipe' })
})

test('the types fit', () => {
	execFileSync('npm', ['run', '--silent', 'types'], { cwd: here, stdio: 'pipe' })
})
