import { Name } from '../wire/index.ts'
import type { ZoneContent } from './compose.ts'
import { addressRecord, mxRecord, srvRecord, txtRecord } from './records.ts'

export const ROOT = Name.root
export const INTERNAL = Name.parse('internal.')
/** Where laptops have their names. */
export const SHOAL_INTERNAL = Name.parse('shoal.internal.')
const TOP_LEVEL = ['com.', 'org.', 'net.'].map((text) => Name.parse(text))

/** The examples of the textbook: a domain in each top-level one, with a web site. */
export const EXAMPLES = TOP_LEVEL.map((top) => top.child('example'))

/** The zones that are always there, the root first; in their order they have their addresses. */
export const BUILT_IN = [ROOT, INTERNAL, SHOAL_INTERNAL, ...TOP_LEVEL, ...EXAMPLES]

/** Zones nobody may replace: the way down to everything else. */
export const FIXED = [ROOT, INTERNAL, SHOAL_INTERNAL, ...TOP_LEVEL]

/** The example domains, whose web site is at an address and port of this machine. */
export function exampleContents(web: { address: string; port: number }): ZoneContent[] {
  return EXAMPLES.map((origin) => {
    const www = origin.child('www')
    return {
      origin,
      records: [
        addressRecord(origin, web.address),
        addressRecord(www, web.address),
        // The port is told like this: people type none.
        srvRecord(www.child('_tcp').child('_http'), web.port, www),
        mxRecord(origin, 0, Name.root),
        txtRecord(origin, ['an example domain of the tree of names inside Shoal']),
      ],
    }
  })
}
