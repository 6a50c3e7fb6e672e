import { domainToASCII } from 'node:url'
import { MAX_LABEL_BYTES } from '../../client-server/dns/wire/index.ts'

const FALLBACK = 'laptop'

/**
 * The label of a laptop's name (UTS-46): "민수의 노트북" is `xn--…`, "Minsu's MacBook" is `minsus-macbook`. Never empty, never
 * longer than a label may be.
 */
export function labelOf(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Pd}_.。・/]+/gu, '-')
    .replace(/[^\p{L}\p{N}\p{M}-]/gu, '')
  const chars = Array.from(isNumber(words) ? `${FALLBACK}-${words}` : words)
  for (let length = Math.min(chars.length, MAX_LABEL_BYTES); length > 0; length--) {
    const label = trimmed(chars.slice(0, length).join(''))
    const ascii = isNumber(label) ? '' : domainToASCII(label)
    if (isLabel(ascii)) return ascii
  }
  return FALLBACK
}

/** A label for each name, in the order of their keys: the second of two alike is `name-2`. Everybody who sees the same laptops agrees. */
export function distinctLabels(
  laptops: readonly { readonly key: string; readonly name: string }[],
): Map<string, string> {
  const taken = new Set<string>()
  const labels = new Map<string, string>()
  for (const { key, name } of laptops.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const label = free(labelOf(name), taken)
    taken.add(label)
    labels.set(key, label)
  }
  return labels
}

/** Names of this zone that are its servers', not a laptop's. */
const RESERVED = new Set(['ns', 'www', 'localhost'])

function free(label: string, taken: ReadonlySet<string>): string {
  if (!taken.has(label) && !RESERVED.has(label)) return label
  for (let number = 2; ; number++) {
    const suffix = `-${number}`
    const candidate = trimmed(label.slice(0, MAX_LABEL_BYTES - suffix.length)) + suffix
    if (!taken.has(candidate)) return candidate
  }
}

/** What would be read as an IP address (https://url.spec.whatwg.org/#ends-in-a-number-checker). */
function isNumber(label: string): boolean {
  return /^(?:\d+|0x[\da-f]*|-*)$/.test(trimmed(label))
}

function trimmed(label: string): string {
  return label.replace(/^-+|-+$/g, '')
}

function isLabel(text: string): boolean {
  return text.length <= MAX_LABEL_BYTES && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)
}
