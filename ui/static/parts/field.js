// Fields with their labels.
import { html } from '../vendor/preact.js'

/** @param {{label: string, help?: string, children?: any}} props */
export const Field = ({ label, help, children }) => html`<label class="field"><span class="label">${label}</span>${children}${help && html`<span class="help">${help}</span>`}</label>`

/**
 * One of a few, all in sight.
 * @param {{label: string, name: string, value: string, onPick: (value: string) => void, options: {value: string, label: string, help?: string}[], stacked?: boolean}} props
 */
export function Choice({ label, name, value, onPick, options, stacked }) {
	return html`<fieldset class="choice ${stacked ? 'stacked' : ''}">
		<legend>${label}</legend>
		${options.map(o => html`<label key=${o.value} class="option">
			<input type="radio" name=${name} value=${o.value} checked=${value === o.value} onChange=${() => onPick(o.value)} />
			<span><strong>${o.label}</strong>${o.help && html` <span class="help">${o.help}</span>`}</span>
		</label>`)}
	</fieldset>`
}

/** @param {{label: string, on: boolean, help?: string, onTurn: (on: boolean) => void}} props */
export function Toggle({ label, on, help, onTurn }) {
	return html`<label class="toggle">
		<span><strong>${label}</strong>${help && html` <span class="help">${help}</span>`}</span>
		<input type="checkbox" role="switch" checked=${on} onChange=${e => onTurn(e.currentTarget.checked)} />
		<span class="track" aria-hidden="true"></span>
	</label>`
}
