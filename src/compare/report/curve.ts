/** A count over time: `value` bytes by `t` seconds, rising. Between two moments it is taken to have risen evenly. */
export interface Step {
  readonly t: number
  readonly value: number
}

/** The count by a moment. */
export function valueAt(curve: readonly Step[], t: number): number {
  const after = curve.findIndex((step) => step.t > t)
  if (after === -1) return curve.at(-1)?.value ?? 0
  const to = curve[after]!
  const from = after === 0 ? { t: 0, value: 0 } : curve[after - 1]!
  return to.t === from.t ? to.value : from.value + ((to.value - from.value) * (t - from.t)) / (to.t - from.t)
}

/** When a curve first reaches a value; undefined: never. */
export function timeOf(curve: readonly Step[], value: number): number | undefined {
  const at = curve.findIndex((step) => step.value >= value)
  if (at === -1) return undefined
  const to = curve[at]!
  const from = at === 0 ? { t: 0, value: 0 } : curve[at - 1]!
  return to.value === from.value
    ? to.t
    : from.t + ((value - from.value) / (to.value - from.value)) * (to.t - from.t)
}

/** Several curves added up, at every moment that one of them has. */
export function sumOf(curves: readonly (readonly Step[])[]): Step[] {
  const times = [...new Set(curves.flatMap((curve) => curve.map(({ t }) => t)))].sort((a, b) => a - b)
  return times.map((t) => ({ t, value: curves.reduce((sum, curve) => sum + valueAt(curve, t), 0) }))
}
