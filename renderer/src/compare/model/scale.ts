/** A round step for an axis: 1, 2 or 5 times a power of ten, at least `least`. */
export function niceStep(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5, 10].find((each) => each * power >= least * (1 - 1e-9))!
  return factor * power
}

/** An axis from 0 that holds `most`: its end and its marks, about `count` of them. */
export function niceAxis(
  most: number,
  count = 5,
): { readonly end: number; readonly ticks: readonly number[] } {
  const step = niceStep((most > 0 && Number.isFinite(most) ? most : 1) / count)
  const steps = Math.max(1, Math.ceil((most > 0 && Number.isFinite(most) ? most : 1) / step - 1e-9))
  // Multiplied, not added up: 0.1 three times is not 0.3.
  return { end: round(steps * step), ticks: Array.from({ length: steps + 1 }, (_, i) => round(i * step)) }
}

/** Maps one range to another, evenly. */
export function linear(
  from: readonly [number, number],
  to: readonly [number, number],
): (value: number) => number {
  const [a, b] = from
  const [c, d] = to
  return (value) => (a === b ? (c + d) / 2 : c + ((value - a) / (b - a)) * (d - c))
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}
