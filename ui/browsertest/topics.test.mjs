// What a page knows of a count's entries is the same whether it was told of them one by
// one, came back in the middle, or fetched them all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OneCount } from '../static/live/topics.js'

/** A count as the agent has it: its entries, and which of them are undone. */
class Agent {
	log = []
	undone = new Map() // entry -> what undid it

	add(op, voids) {
		const seq = this.log.length + 1
		this.log.push({ seq, op, voids, flags: op === 'note' ? ['repeated'] : [] })
		if (voids) this.undone.set(voids, seq)
		const target = op === 'void' && this.log[voids - 1]
		if (target?.voids) this.undone.delete(target.voids) // the note stands again
	}

	/** One of the things that people do, by chance. */
	step(chance) {
		const open = op => this.log.filter(s => s.op === op && !this.undone.has(s.seq)).map(s => s.seq)
		const deeds = [() => this.add('add'), () => this.add('note')]
		for (const note of open('note')) deeds.push(() => this.add('add', note))
		for (const entry of open('add')) deeds.push(() => this.add('void', entry))
		deeds[Math.floor(chance() * deeds.length)]()
	}

	shown = s => {
		const by = this.undone.get(s.seq)
		return { ...s, voided: by !== undefined, accepted: by !== undefined && this.log[by - 1].op === 'add' }
	}

	snapshot = () => ({ count: { id: '1' }, scans: this.log.map(this.shown), lines: [], passes: [], unknown: [], recounts: [], strays: [] })
}

/** Numbers that look like chance and are the same each time. */
function chanceFrom(seed) {
	return () => {
		seed = seed * 1_103_515_245 + 12_345 & 0x7fffffff
		return seed / 0x80000000
	}
}

const known = store => store.scans.all().map(s => ({ accepted: false, ...s })).sort((a, b) => a.seq - b.seq)

test('entries that came one by one are what a snapshot shows', () => {
	for (let seed = 1; seed <= 300; seed++) {
		const chance = chanceFrom(seed)
		const agent = new Agent(), page = new OneCount('count/1')
		page.snap(agent.snapshot())
		for (let told = 0; told < 40;) {
			// The agent tells several at once, each as it stands then, and after an interruption some of them again.
			const more = 1 + Math.floor(chance() * 6)
			for (let i = 0; i < more; i++) agent.step(chance)
			for (const scan of agent.log.slice(told)) page.event('scan', agent.shown(scan))
			const fresh = new OneCount('count/1')
			fresh.snap(agent.snapshot())
			assert.deepEqual(known(page), known(fresh), `seed ${seed}, after ${agent.log.length} entries`)
			assert.equal(page.heard.value?.voided, known(fresh).filter(s => s.op !== 'void').at(-1)?.voided, `seed ${seed}: the last scan`)
			told = chance() < 0.2 ? Math.max(0, agent.log.length - 3) : agent.log.length
		}
	}
})

test('a repeat whose counting was undone can be counted again', () => {
	const page = new OneCount('count/1')
	page.snap(new Agent().snapshot())
	const tell = s => page.event('scan', { flags: [], voided: false, ...s })
	tell({ seq: 1, op: 'note', flags: ['repeated'] })
	tell({ seq: 2, op: 'add', voids: 1 })
	assert.equal(page.scans.at(1).value.voided, true)
	tell({ seq: 3, op: 'void', voids: 2 })
	assert.equal(page.scans.at(2).value.voided, true)
	assert.equal(page.scans.at(1).value.voided, false)
})
