// What the page knows: one small store for each topic of the live protocol.
import { signal, useEffect, useMemo } from '../vendor/preact.js'
import { Rows } from './rows.js'

/** Puts a record of an event into the list that is meant for its kind. */
function into(lists) {
	return (kind, d) => lists[kind]?.put(d)
}

class Store {
	/** False until the first snapshot has come. */
	ready = signal(false)
	/** @param {string} topic */
	constructor(topic) {
		this.topic = topic
	}
}

export class Counts extends Store {
	/** @type {Rows<import('./types.js').CountRow>} */
	counts = new Rows(c => c.id)
	event = into({ count: this.counts })
	snap(data) {
		this.counts.replace(data.counts)
		this.ready.value = true
	}
}

/** Scans older than this many are left to the export. */
const KEPT_SCANS = 60

export class OneCount extends Store {
	count = signal(/** @type {import('./types.js').CountRow|null} */ (null))
	/** @type {Rows<import('./types.js').LineRow>} */
	lines = new Rows(l => `${l.item}\n${l.bin}`)
	/** @type {Rows<import('./types.js').Pass>} */
	passes = new Rows(p => p.id)
	/** @type {Rows<import('./types.js').ScanRow>} */
	scans = new Rows(s => s.seq)
	/** @type {Rows<import('./types.js').UnknownRow>} */
	unknown = new Rows(u => u.code)
	/** @type {Rows<import('./types.js').Recount>} */
	recounts = new Rows(r => r.round)
	/** @type {Rows<import('./types.js').StrayRow>} */
	strays = new Rows(s => s.device)
	/** The newest entry that was heard while the page looked. */
	heard = signal(/** @type {import('./types.js').ScanRow|null} */ (null))
	/** Called for each entry that arrives after the snapshot. */
	onScan = _ => {}
	#head = 0

	#into = into({ line: { put: line => line.entries ? this.lines.put(line) : this.lines.drop(line) }, pass: this.passes, unknown: { put: u => u.times ? this.unknown.put(u) : this.unknown.drop(u) }, recount: this.recounts, stray: this.strays })

	snap(data) {
		this.count.value = data.count
		this.lines.replace(data.lines)
		this.passes.replace(data.passes)
		this.scans.replace(data.scans?.toSorted((a, b) => b.seq - a.seq))
		this.unknown.replace(data.unknown)
		this.recounts.replace(data.recounts)
		this.strays.replace(data.strays)
		this.heard.value = this.scans.peek().find(s => s.op !== 'void') ?? null
		this.#head = this.scans.peek()[0]?.seq ?? 0
		this.ready.value = true
	}

	event(kind, d) {
		if (kind === 'count') this.count.value = d
		else if (kind === 'scan') this.#scan(d)
		else this.#into(kind, d)
	}

	#scan(scan) {
		const known = this.scans.at(scan.seq)
		if (known) {
			known.value = scan
			if (this.heard.peek()?.seq === scan.seq) this.heard.value = scan
			return
		}
		const voided = !scan.voided && this.#undone(scan.voids, true, scan.op === 'add')
		if (voided && voided.peek().op === 'add') this.#undone(voided.peek().voids, false) // the repeat that it had counted waits again
		if (scan.seq < this.#head) return
		this.#head = scan.seq
		this.scans.replace([scan, ...this.scans.peek()].slice(0, KEPT_SCANS))
		if (scan.op !== 'void') this.heard.value = scan
		else if (voided && this.heard.peek()?.seq === scan.voids) this.heard.value = voided.value
		this.onScan(scan)
	}

	#undone(seq, voided, accepted = false) {
		const row = seq && this.scans.at(seq)
		if (row) row.value = { ...row.peek(), voided, accepted }
		return row
	}
}

export class Review extends Store {
	/** @type {Rows<import('./types.js').VarianceRow>} */
	rows = new Rows(v => v.item)
	summary = signal(/** @type {any} */ (null))
	event(kind, d) {
		if (kind === 'variance') this.rows.put(d)
		else if (kind === 'summary') this.summary.value = d
	}
	snap(data) {
		this.rows.replace(data.rows)
		this.summary.value = data.summary
		this.ready.value = true
	}
}

export class Upload extends Store {
	upstream = signal(/** @type {import('./types.js').Upstream|null} */ (null))
	depth = signal({ depth: 0, oldest: /** @type {string|null} */ (null) })
	/** @type {Rows<import('./types.js').DeliveryRow>} */
	deliveries = new Rows(d => d.adjustment.id)
	/** @type {Rows<import('./types.js').RequestRow>} */
	requests = new Rows(r => r.id)
	#into = into({ delivery: this.deliveries, request: this.requests })
	event(kind, d) {
		if (kind === 'upstream') this.upstream.value = d
		else if (kind === 'depth') this.depth.value = d
		else this.#into(kind, d)
	}
	snap(data) {
		this.upstream.value = data.upstream
		this.depth.value = { depth: data.depth, oldest: data.oldest }
		this.deliveries.replace(data.deliveries)
		this.requests.replace(data.requests)
		this.ready.value = true
	}
}

export class Devices extends Store {
	/** @type {Rows<import('./types.js').DeviceRow>} */
	devices = new Rows(d => d.device)
	/** What is wrong with the agent's database. */
	damage = signal(/** @type {import('./types.js').Problem|null} */ (null))
	/** Whether shelves have labels here. */
	labels = signal(false)
	event(kind, d) {
		if (kind === 'damage') this.damage.value = d
		else if (kind === 'device') this.devices.put(d)
		else if (kind === 'gone') this.devices.drop(d)
	}
	snap(data) {
		this.damage.value = data.damage ?? null
		this.labels.value = Boolean(data.labels)
		this.devices.replace(data.devices)
		this.ready.value = true
	}
}

export class Pairing extends Store {
	data = signal(/** @type {import('./types.js').PairingState} */ ({ active: false }))
	event(_, d) {
		this.data.value = d
	}
	snap(data) {
		this.data.value = data.state
		this.ready.value = true
	}
}

export class Simulation extends Store {
	data = signal(/** @type {{title: string, switches: import('./types.js').Switch[], facts: any}|null} */ (null))
	event(_, d) {
		this.data.value = d
	}
	snap(data) {
		this.data.value = data
		this.ready.value = true
	}
}

/**
 * Subscribes to a store's topic for as long as the component is on the page.
 * @template {Store & import('./live.js').Topic} T
 * @param {import('./live.js').Live} live
 * @param {() => T} make
 * @param {any[]} inputs make is called again when one of these changes
 * @returns {T}
 */
export function useTopic(live, make, inputs) {
	// Whoever hears of a topic already shares what it knows: it is told once.
	const store = useMemo(() => {
		const made = make()
		return live.handlerOf(made.topic) ?? made
	}, inputs)
	useEffect(() => live.subscribe(store.topic, store), [store])
	return store
}
