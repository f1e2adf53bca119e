// The present, for everything that shows an age.
import { signal } from './vendor/preact.js'
import { live } from './stockhand.js'

const tick = signal(live.time())
setInterval(() => { tick.value = live.time() }, 1_000)

/** Milliseconds since a time of the agent's clock. Whoever asks is redrawn each second. */
export const since = at => tick.value - Date.parse(at)

/** Milliseconds until a time of the agent's clock. */
export const until = at => -since(at)
