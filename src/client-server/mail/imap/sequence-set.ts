/** `*`, the last message there is. */
export const LAST = Infinity

/** Both ends included, in any order: `*:3` is `3:*` (RFC 3501 §9). */
export interface Range {
  readonly from: number
  readonly to: number
}

export type SequenceSet = readonly Range[]

/** Ascending ranges without overlaps, `*` replaced by the last number there is. */
function settled(set: SequenceSet, last: number): Range[] {
  const at = (number: number): number => (number === LAST ? last : number)
  const ranges = set
    .map(({ from, to }) => ({ from: Math.min(at(from), at(to)), to: Math.max(at(from), at(to)) }))
    .toSorted((a, b) => a.from - b.from)
  const merged: { from: number; to: number }[] = []
  for (const range of ranges) {
    const before = merged.at(-1)
    if (before && range.from <= before.to + 1) before.to = Math.max(before.to, range.to)
    else merged.push({ ...range })
  }
  return merged
}

/** Places (from 0) in `uids` (ascending) whose UID is in the set; UIDs nobody has are none of them. */
export function placesOfUids(set: SequenceSet, uids: readonly number[]): number[] {
  const places: number[] = []
  for (const { from, to } of settled(set, uids.at(-1) ?? 0)) {
    for (let i = firstAtLeast(uids, from); i < uids.length && uids[i]! <= to; i++) places.push(i)
  }
  return places
}

/** Places (from 0) of sequence numbers; undefined when one is beyond the last message. */
export function placesOfNumbers(set: SequenceSet, count: number): number[] | undefined {
  const places: number[] = []
  for (const { from, to } of settled(set, count)) {
    if (from < 1 || to > count) return undefined
    for (let number = from; number <= to; number++) places.push(number - 1)
  }
  return places
}

/** Ascending numbers as a set: `1:3,7`. */
export function formatSet(numbers: readonly number[]): string {
  const ranges: string[] = []
  for (let i = 0; i < numbers.length;) {
    let end = i
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! + 1) end++
    ranges.push(end === i ? `${numbers[i]}` : `${numbers[i]}:${numbers[end]}`)
    i = end + 1
  }
  return ranges.join(',')
}

function firstAtLeast(uids: readonly number[], uid: number): number {
  let low = 0
  let high = uids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (uids[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}
