// Lists that come from the agent. Each row has a signal of its own, so that one
// scan redraws one row and not two thousand.
import { signal } from '../vendor/preact.js'

/** @template T */
export class Rows {
	/** The keys in the order of arrival. */
	keys = signal(/** @type {string[]} */ ([]))
	/** @type {Map<string, import('../vendor/preact.js').Signal<T>>} */
	#rows = new Map()
	#key

	/** @param {(row: T) => string|number} key */
	constructor(key) {
		this.#key = row => String(key(row))
	}

	/** @param {T[]|null|undefined} list */
	replace(list) {
		const old = this.#rows
		this.#rows = new Map()
		for (const row of list ?? []) {
			const key = this.#key(row)
			const known = old.get(key)
			if (known) known.value = row
			this.#rows.set(key, known ?? signal(row))
		}
		this.keys.value = [...this.#rows.keys()]
	}

	/**
	 * Replaces a row or adds it at the end.
	 * @param {T} row
	 */
	put(row) {
		const key = this.#key(row)
		const known = this.#rows.get(key)
		if (known) {
			known.value = row
			return
		}
		this.#rows.set(key, signal(row))
		this.keys.value = [...this.keys.value, key]
	}

	/** @param {T} row */
	drop(row) {
		const key = this.#key(row)
		if (this.#rows.delete(key)) this.keys.value = this.keys.value.filter(k => k !== key)
	}

	/** @param {string|number} key */
	at(key) {
		return this.#rows.get(String(key))
	}

	/** All rows. Whoever calls this while drawing is redrawn by each change. */
	all() {
		return this.keys.value.map(key => this.#rows.get(key).value)
	}

	/** All rows, for a look that is not to be repeated by changes within rows. */
	peek() {
		return this.keys.value.map(key => this.#rows.get(key).peek())
	}
}
