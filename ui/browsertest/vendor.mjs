// Makes ui/static/vendor/preact.js from the exact versions in package-lock.json,
// or, with --check, says whether the committed file is what they make.
//
//   npm ci && npm run vendor
//   npm run vendor -- --check
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { readFile, writeFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const here = new URL('./', import.meta.url)
const out = new URL('../static/vendor/', import.meta.url)

const libraries = [
	{ name: 'preact', use: 'draws the page' },
	{ name: 'htm', use: 'writes its markup in plain JavaScript' },
	{ name: '@preact/signals', use: 'redraws only the row that changed' },
	{ name: '@preact/signals-core', use: 'is what the signals are made of' },
]

const entry = `
import htm from 'htm'
import { h } from 'preact'
export { h, render, Fragment } from 'preact'
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
export { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect } from '@preact/signals'
export const html = htm.bind(h)
`

const about = await Promise.all(libraries.map(async lib => {
	const text = await readFile(new URL(`node_modules/${lib.name}/package.json`, here), 'utf8')
	const { version, license } = JSON.parse(text)
	const terms = await readFile(new URL(`node_modules/${lib.name}/LICENSE`, here), 'utf8')
	return { ...lib, version, license, terms: terms.trim() }
}))

const header = `/*! ${about.map(l => `${l.name} ${l.version} (${l.license})`).join(', ')}. See LICENSES.md.
Made by ui/browsertest/vendor.mjs; do not edit. */`

const { outputFiles } = await build({
	stdin: { contents: entry, resolveDir: fileURLToPath(here), loader: 'js' },
	bundle: true, format: 'esm', minify: true, write: false, target: 'es2022',
	legalComments: 'none', banner: { js: header },
})
const bundle = outputFiles[0].contents

const licences = `# Libraries in preact.js

${about.map(l => `- ${l.name} ${l.version}, ${l.license}: ${l.use}`).join('\n')}

${about.map(l => `## ${l.name} ${l.version}\n\n\`\`\`text\n${l.terms}\n\`\`\``).join('\n\n')}
`

const sum = createHash('sha256').update(bundle).digest('hex')
const made = { 'preact.js': bundle, 'LICENSES.md': licences, SHA256SUMS: `${sum}  preact.js\n` }

if (process.argv.includes('--check')) {
	for (const [name, content] of Object.entries(made)) {
		const have = await readFile(new URL(name, out))
		if (!have.equals(Buffer.from(content))) {
			console.error(`ui/static/vendor/${name} is not what the locked versions make. Run: npm run vendor`)
			process.exitCode = 1
		}
	}
} else {
	await mkdir(out, { recursive: true })
	for (const [name, content] of Object.entries(made)) await writeFile(new URL(name, out), content)
	console.log(`ui/static/vendor/preact.js: ${bundle.length} bytes, SHA-256 ${sum}`)
}
