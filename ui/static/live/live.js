// The live connection to the agent: one websocket, topics in, commands out. It
// signs in, comes back by itself after every interruption, goes on where it was,
// and sends commands that were not acknowledged again under the same id.
import { signal, batch } from '../vendor/preact.js'
import { ulid } from './ulid.js'

/** @typedef {{snap: (data: any) => void, event: (kind: string, d: any, seq: number) => void}} Topic */
/** @typedef {'connecting'|'live'|'waiting'|'signed-out'|'ended'} Phase */

// Nothing heard for so long means that the connection is dead although nobody
// said so, as on a phone that slept. The agent says something every 5 seconds.
const SILENCE = 45_000
const SEEN_EVERY = 5_000
const LONGEST_PAUSE = 30_000
const PARTED = 250 // by how much the device's two clocks may part before one of them is wrong

/** Close codes after which coming back by itself would not help. */
const FINAL = { 4501: 'signed-out', 4502: 'signed-out', 4503: 'ended', 4504: 'ended', 4505: 'ended', 4506: 'ended' }

export class Live {
	/** @type {import('../vendor/preact.js').Signal<Phase>} */
	phase = signal('connecting')
	/** When anything was last heard, in milliseconds since 1970. */
	lastContact = signal(0)
	/** Why the connection ended: a close code, 0 for none. */
	reason = signal(0)
	role = signal('')
	/** The id of this browser's access. */
	access = signal('')
	/** Who has signed in, and whether anybody can. */
	person = signal(null)
	people = signal(false)
	simulation = signal(null)
	/** Commands that are not acknowledged yet. */
	unanswered = signal(0)
	#options
	#socket = null
	#topics = new Map() // name -> {handler, users, seq, parts}
	#pending = new Map() // id -> {frame, resolve, reject}
	#epoch = ''
	#seq = 0
	#seen = 0
	#tries = 0
	#timer = 0
	#secret = ''
	#asked = [] // the topics that the last hello named
	#heard = 0 // by the monotonic clock
	// Anybody can set the device's clock, so that times are told by the monotonic one. That
	// one may stand still while the device sleeps: the other shows that something was amiss.
	#base = Date.now() - performance.now() // the agent's time at 0 of the monotonic clock
	#parted = this.#base
	#unsure = 0 // milliseconds by which the two parted since the page was opened
	#reckons = false // whether #base is known

	/**
	 * @param {{url: string, token: () => string, keep: (token: string) => void}} options
	 * keep('') forgets the token.
	 */
	constructor(options) {
		this.#options = options
	}

	/**
	 * Begins, and goes on until the page is left.
	 * @param {string} secret the one-time secret of a sign-in link, or ''
	 */
	start(secret) {
		this.#secret = secret
		const now = () => this.#hurry()
		addEventListener('online', now)
		addEventListener('pageshow', now)
		document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && now())
		setInterval(() => this.#tend(), 1_000)
		this.#open()
	}

	/**
	 * Asks for a topic until the returned function is called.
	 * @param {string} name
	 * @param {Topic} handler
	 * @returns {() => void}
	 */
	subscribe(name, handler) {
		const known = this.#topics.get(name)
		if (known) {
			known.users++
		} else {
			this.#topics.set(name, { handler, users: 1, seq: -1, parts: null })
			if (this.phase.value === 'live') this.#send({ t: 'sub', topics: [name] })
		}
		return () => this.#leave(name)
	}

	/** Who hears of a topic already. @param {string} name */
	handlerOf(name) {
		return this.#topics.get(name)?.handler
	}

	#leave(name) {
		const topic = this.#topics.get(name)
		if (!topic || --topic.users > 0) return
		this.#topics.delete(name)
		this.#asked = this.#asked.filter(asked => asked !== name) // whoever comes back for it begins anew
		if (this.phase.value === 'live') this.#send({ t: 'unsub', topics: [name] })
	}

	/** The time of now by the agent's clock, in milliseconds since 1970. */
	time = () => Math.round(this.#base + performance.now())

	/** The same, as it is written. */
	now = () => new Date(this.time()).toISOString()

	/**
	 * Sends something that was counted now, and tells when that was: whenever it gets there.
	 * @param {string} op
	 * @param {object} args
	 */
	entry(op, args) {
		this.#compare()
		return this.command(op, this.#reckons ? { ...args, at: this.now() } : args, { since: performance.now(), unsure: this.#unsure })
	}

	/**
	 * Sends a command. The promise settles when the agent has answered, which may
	 * be after one or more reconnections. It rejects with the agent's Problem.
	 * @param {string} op
	 * @param {object} [args]
	 * @param {{since: number, unsure: number}} [done] when, by the monotonic clock, if that is to be told
	 * @returns {Promise<any>}
	 */
	command(op, args = {}, done) {
		const frame = { t: 'cmd', id: ulid(this.time()), op, a: args }
		return new Promise((resolve, reject) => {
			this.#pending.set(frame.id, { frame, done, resolve, reject })
			this.unanswered.value = this.#pending.size
			if (this.phase.value === 'live') this.#order(frame.id)
		})
	}

	#order(id) {
		const { frame, done } = this.#pending.get(id)
		if (done) Object.assign(frame.a, { held_ms: Math.round(performance.now() - done.since), unsure_ms: Math.round(this.#unsure - done.unsure) })
		this.#send(frame)
	}

	/** Notices that a clock was set or that the device slept, and asks for the agent's time anew. */
	#compare() {
		const parted = Date.now() - performance.now()
		const by = Math.abs(parted - this.#parted)
		if (by < PARTED) return
		this.#parted = parted
		this.#unsure += by
		this.#reckons = false
		const socket = this.#socket
		if (this.phase.value !== 'live') return
		this.#open()
		socket?.close()
	}

	/**
	 * Signs in by a link that was opened while the page was there already.
	 * @param {string} secret
	 */
	signIn(secret) {
		this.#secret = secret
		this.#epoch = ''
		const old = this.#socket
		this.#open()
		old?.close(1000)
	}

	/** Forgets this device's access. */
	signOut() {
		this.#options.keep('')
		this.#end('signed-out', 0)
		this.#socket?.close(1000)
	}

	#open() {
		clearTimeout(this.#timer)
		if (!this.#secret && !this.#options.token()) return this.#end('signed-out', 0)
		this.phase.value = 'connecting'
		const socket = new WebSocket(this.#options.url, 'stockhand.v1')
		this.#socket = socket
		this.#heard = performance.now()
		socket.onmessage = event => {
			if (socket !== this.#socket) return
			this.#heard = performance.now()
			this.lastContact.value = this.time()
			const frame = JSON.parse(event.data)
			batch(() => this.#receive(frame))
		}
		socket.onclose = event => socket === this.#socket && this.#closed(event.code, event.reason)
	}

	#send(frame) {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
	}

	#receive(frame) {
		switch (frame.t) {
			case 'challenge': return this.#hello()
			case 'welcome': return this.#welcome(frame)
			case 'snap': return this.#snap(frame)
			case 'ev': return this.#event(frame)
			case 'mark': return this.#reached(frame.seq)
			case 'ack': return this.#ack(frame)
		}
		// Frames of a kind that a later agent may send are none of our business.
	}

	#hello() {
		const frame = { t: 'hello', v: 1 }
		if (this.#secret) frame.secret = this.#secret
		else frame.token = this.#options.token()
		// The role decides which topics may be asked for, so the first hello asks
		// for none; a later one knows.
		// Only what has its snapshot can go on from a place in the log.
		this.#asked = []
		if (this.#epoch) {
			this.#asked = [...this.#topics].filter(([, topic]) => topic.seq >= 0).map(([name]) => name)
			frame.topics = this.#asked
			frame.resume = { epoch: this.#epoch, seq: this.#seq }
		}
		this.#send(frame)
	}

	#welcome(frame) {
		if (frame.token) this.#options.keep(frame.token)
		this.#secret = ''
		this.#tries = 0
		this.#base = Date.parse(frame.now) - performance.now()
		this.#reckons = true
		if (frame.epoch !== this.#epoch || frame.mode === 'snap') {
			this.#epoch = frame.epoch
			this.#seq = this.#seen = 0
			for (const topic of this.#topics.values()) topic.seq = -1
		}
		this.role.value = frame.role
		this.access.value = frame.access
		this.person.value = frame.person ?? null
		this.people.value = !!frame.people
		this.simulation.value = frame.simulation ?? null
		this.reason.value = 0
		this.phase.value = 'live'
		const fresh = [...this.#topics.keys()].filter(name => !this.#asked.includes(name) && (frame.role !== 'counter' || !/^(review|upload|pairing)/.test(name)))
		if (fresh.length) this.#send({ t: 'sub', topics: fresh })
		for (const id of this.#pending.keys()) this.#order(id)
	}

	#snap(frame) {
		const topic = this.#topics.get(frame.topic)
		if (!topic) return
		topic.parts = joined(topic.parts, frame.data)
		if (frame.last === false) return
		topic.seq = frame.seq
		topic.handler.snap(topic.parts)
		topic.parts = null
		this.#reached(frame.seq)
	}

	#event(frame) {
		const topic = this.#topics.get(frame.topic)
		// Values are absolute: what is older than the snapshot is already in it.
		if (topic && topic.seq >= 0 && !(frame.seq < topic.seq)) topic.handler.event(frame.k, frame.d, frame.seq)
		this.#reached(frame.seq)
	}

	#reached(seq) {
		if (seq > this.#seq) this.#seq = seq
	}

	#ack(frame) {
		const waiting = this.#pending.get(frame.id)
		if (!waiting) return
		this.#pending.delete(frame.id)
		this.unanswered.value = this.#pending.size
		if (frame.ok) waiting.resolve(frame.r)
		else waiting.reject(frame.e)
	}

	#closed(code, reason) {
		this.#socket = null
		for (const topic of this.#topics.values()) topic.parts = null
		if (code === 4501 && this.#secret && this.#options.token()) {
			this.#secret = '' // the link is used up, but this browser was let in before
			return this.#open()
		}
		if (code === 4004) { // somebody else signed in
			this.#epoch = ''
			return this.#open()
		}
		if (FINAL[code]) {
			if (FINAL[code] === 'signed-out') this.#options.keep('')
			return this.#end(FINAL[code], code)
		}
		if (this.phase.value === 'signed-out') return
		this.reason.value = code
		this.phase.value = 'waiting'
		this.#timer = setTimeout(() => this.#open(), pause(this.#tries++, code, reason))
	}

	#end(phase, code) {
		this.#epoch = ''
		this.#secret = ''
		this.role.value = ''
		this.reason.value = code
		this.phase.value = phase
	}

	/** Comes back at once where there is reason to hope. */
	#hurry() {
		if (this.phase.value === 'waiting') this.#open()
		else this.#tend()
	}

	/** Connects again now; for a button. */
	retry() {
		if (this.phase.value !== 'live') this.#open()
	}

	#tend() {
		this.#compare()
		const socket = this.#socket
		if (socket && performance.now() - this.#heard > SILENCE) {
			this.#closed(0, '')
			socket.close()
		} else if (this.phase.value === 'live' && this.#seq > this.#seen && performance.now() - this.#lastSeen > SEEN_EVERY) {
			this.#lastSeen = performance.now()
			this.#seen = this.#seq
			this.#send({ t: 'seen', seq: this.#seq })
		}
	}

	#lastSeen = 0
}

/** Joins the parts of a snapshot: lists grow, everything else is replaced. */
function joined(parts, data) {
	if (!parts) return data
	for (const [name, value] of Object.entries(data)) {
		parts[name] = Array.isArray(value) ? (parts[name] ?? []).concat(value) : value
	}
	return parts
}

/** How long to wait before coming back: full jitter, so that tablets do not all come at once. */
function pause(tries, code, reason) {
	const told = Number(/retry_after\D+(\d+)/.exec(reason)?.[1] ?? 0) * 1_000
	// A restarted agent gets its pages back spread over three seconds.
	const least = code === 4001 ? Math.random() * 3_000 : 0
	return Math.max(told, least, Math.random() * Math.min(LONGEST_PAUSE, 500 * 2 ** tries))
}
