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

/** What a browser fetches, beginning with index.html. */
async function fetched({ later }) {
	const found = new Map()
	const index = await readFile(new URL('index.html', root), 'utf8')
	const todo = ['index.html', ...[...index.matchAll(/(?:href|src)="([^"#]+)"/g)].map(m => m[1])]
	for (const name of todo) {
		if (found.has(name)) continue
		const content = await readFile(new URL(name, root))
		found.set(name, gzipSync(content, { level: 9 }).length)
		if (!name.endsWith('.js')) continue
		const imports = [...content.toString().matchAll(/^(?:import|export)\b[^'"\n]*['"](\.[^'"]+)['"]/gm)]
		if (later) imports.push(...content.toString().matchAll(/=> import\('(\.[^']+)'\)/g))
		for (const [, path] of imports) todo.push(new URL(path, new URL(name, root)).href.slice(root.href.length))
	}
	return found
}

const weigh = files => [...files.values()].reduce((sum, size) => sum + size, 0)

test('a counter fetches at most 60 KB, a manager 90 KB', async t => {
	const counter = weigh(await fetched({ later: false })), all = weigh(await fetched({ later: true }))
	t.diagnostic(`counter ${(counter / KB).toFixed(1)} KB, all ${(all / KB).toFixed(1)} KB, gzipped`)
	assert.ok(counter <= 60 * KB, `the counter's page weighs ${counter} bytes`)
	assert.ok(all <= 90 * KB, `the whole page weighs ${all} bytes`)
})

test('every file is fetched by something, and nothing from elsewhere', async () => {
	const used = await fetched({ later: true })
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
