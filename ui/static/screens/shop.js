// How the shop is doing, in the state strip: whether it can be reached, and what waits
// for it or for whoever looks.
import { html, useComputed } from '../vendor/preact.js'
import { upload } from '../stockhand.js'
import { address } from '../route.js'
import { age, isSet, number } from '../format.js'
import { since } from '../now.js'
import { words } from '../words.js'
import { more } from '../words-more.js'
import { Mark } from '../parts/mark.js'
import { AsOf } from './strip.js'
import { disputed } from './upload.js'

export function Shop() {
	const asks = useComputed(() => upload.deliveries.all().filter(disputed).length)
	if (!upload.ready.value) return html`<div class="fact"></div>`
	const { depth, oldest } = upload.depth.value
	const upstream = upload.upstream.value
	const state = upstream?.state ?? 'idle'
	const old = isSet(oldest) && since(oldest) > 60_000 ? age(since(oldest)) : ''
	const mine = depth > 0 && asks.value >= depth // nothing goes out before somebody decides
	return html`<a class="fact" href=${address('upload')}>
		${upstream ? html`<${Mark} state=${state} word=${words.upstream.short[state] ?? state} />` : html`<span>${more.delivery.noShop}</span>`}
		${upstream && html`<span class="soft wide-only">${mine ? more.delivery.conflictTitle(depth) : depth ? words.strip.queue(depth, old) : words.strip.queueEmpty}</span>`}
		${depth > 0 && html`<span class="soft narrow-only">${mine ? more.delivery.toDecide(number(depth)) : words.strip.waiting(number(depth))}</span>`}<${AsOf} />
	</a>`
}
