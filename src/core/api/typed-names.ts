import { ShoalError } from '../../base/index.ts'
import { SHOAL_INTERNAL } from '../../client-server/dns/tree/index.ts'
import { labelText, Name, parseType, TYPE } from '../../client-server/dns/wire/index.ts'
import { labelOf } from '../laptop-names/labels.ts'

/** The laptop a name means: the DHT holds laptops' names alone. Throws `bad-domain-name`. */
export function laptopLabel(name: Name): string {
  const { labels } = name
  const isLaptop = labels.length === 1 || (labels.length === 3 && name.parent.equals(SHOAL_INTERNAL))
  const first = labels[0]
  if (!isLaptop || !first)
    throw new ShoalError(
      'bad-domain-name',
      `${name.toString()} is no laptop's name: those end in shoal.internal`,
    )
  return labelText(first).toLowerCase()
}

/**
 * A name as people write it: what is not plain ASCII becomes what the laptop of that name is called in DNS (UTS-46). Throws
 * `bad-domain-name`.
 */
export function typedName(text: string): Name {
  if (/^[\x21-\x7e]+$/.test(text)) return Name.parse(text)
  const labels = text.split('.').map((label) => (/^[\x21-\x7e]*$/.test(label) ? label : labelOf(label)))
  return Name.parse(labels.join('.'))
}

/** A type one can ask a resolver for. Throws `bad-usage`. */
export function recordType(text: string): number {
  const type = parseType(text)
  const isMeta = type === 0 || type === TYPE.OPT || (type !== undefined && type >= 128 && type <= TYPE.ANY)
  if (type === undefined || isMeta)
    throw new ShoalError('bad-usage', `"${text}" is no type of record one can ask for`)
  return type
}
