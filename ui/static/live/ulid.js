// ULIDs name the commands of this page, so that the agent can tell a repeat.

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Returns a new ULID: 48 bits of time and 80 random bits. It works without a
 * secure context, where crypto.randomUUID does not.
 * @param {number} [now] milliseconds since 1970
 * @param {Uint8Array} [random] 10 bytes
 * @returns {string}
 */
export function ulid(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))) {
	let value = BigInt(now)
	for (const byte of random) value = value << 8n | BigInt(byte)
	let text = ''
	for (let i = 0; i < 26; i++) {
		text = digits[Number(value & 31n)] + text
		value >>= 5n
	}
	return text
}
