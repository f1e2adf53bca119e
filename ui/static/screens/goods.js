// What kind of goods were counted: lots with expiry and serial numbers, and damaged
// units, which are part of what was counted, with a wish of their own.
import { html, useEffect, useSignal } from '../vendor/preact.js'
import { live } from '../stockhand.js'
import { number } from '../format.js'
import { goods as w } from '../words-goods.js'
import { Act } from '../parts/act.js'

export const Lots = ({ lots }) => html`<section><h3>${w.lots}</h3>
	<ul class="rows">${lots.map((l, i) => html`<li key=${i}><div class="who"><bdi>${w.lot(l.lot, l.expiry)}</bdi>
		<span class="soft"><bdi>${l.bin}</bdi>${l.damaged > 0 && html` · ${w.damaged(l.damaged)}`}${l.serials && html` · <bdi>${w.serials(l.serials.join(', '))}</bdi>`}</span></div>
		<span class="figure">${number(l.good + (l.damaged ?? 0))}</span></li>`)}</ul></section>`

export function DamagedGoods({ count, item, closed }) {
	const goods = useSignal(null)
	const take = list => { goods.value = (list ?? []).find(g => g.item === item) ?? null }
	useEffect(() => { live.command('damaged.list', { count }).then(take, () => {}) }, [count, item])
	if (!goods.value) return null
	const { wish, sentence } = goods.value
	const ask = op => async () => take(await live.command(op, { count, items: [item] }))
	return html`<section class="inset" data-tone="warn"><p>${sentence}</p>
		${closed && !wish && html`<${Act} run=${ask('damaged.ask')}>${w.ask}<//>`}
		${wish && !wish.moved && html`<${Act} icon="check" run=${ask('damaged.moved')}>${w.moved}<//>`}
	</section>`
}
