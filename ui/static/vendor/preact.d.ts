// What preact.js offers, as far as the page uses it; for `npm run types`.
export interface Signal<T = any> { value: T; peek(): T; subscribe(fn: (value: T) => void): () => void }
export interface Computed<T = any> { readonly value: T; peek(): T }
export function signal<T>(value: T): Signal<T>
export function computed<T>(fn: () => T): Computed<T>
export function effect(fn: () => void | (() => void)): () => void
export function batch<T>(fn: () => T): T
export function untracked<T>(fn: () => T): T
export function useSignal<T>(value: T): Signal<T>
export function useComputed<T>(fn: () => T): Computed<T>
export function useSignalEffect(fn: () => void | (() => void)): void
export function useEffect(fn: () => void | (() => void), inputs?: any[]): void
export function useLayoutEffect(fn: () => void | (() => void), inputs?: any[]): void
export function useMemo<T>(fn: () => T, inputs: any[]): T
export function useRef<T>(value: T): { current: T }
export function useState<T>(value: T): [T, (value: T) => void]
export function h(type: any, props?: any, ...children: any[]): any
export function render(node: any, parent: Element): void
export function html(strings: TemplateStringsArray, ...values: any[]): any
export const Fragment: any
