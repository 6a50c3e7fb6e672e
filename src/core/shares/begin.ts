import { basename } from 'node:path'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { ShoalError, type Clock } from '../../base/index.ts'
import { isPeerAddress } from '../../content/index.ts'
import { parseTypedAddress } from '../../peer-to-peer/discovery/index.ts'
import { DEFAULT_PORT } from '../../peer-to-peer/node/index.ts'
import type { ShareRecord, Stage } from './share-view.ts'

/** What was found on the disk of a download is being looked at. */
export const CHECKING: Stage = { is: 'checking', done: 0, total: 0 }

/** The record of a share (`path`) or download (`targetDir`) that has just begun. */
export function newRecord(given: Partial<ShareRecord>, clock: Clock): ShareRecord {
  return {
    cid: undefined,
    role: given.path === undefined ? 'download' : 'source',
    name: given.path === undefined ? '' : basename(given.path),
    title: undefined,
    openly: false,
    paused: false,
    path: undefined,
    targetDir: undefined,
    link: undefined,
    addedAt: clock.wallNow(),
    completedAt: undefined,
    leftOut: { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0, examples: [] },
    ...given,
  }
}

/**
 * A peer that a person named for a download. Of hints, one bare word is a slip rather than a host: nobody would learn of it before the
 * search has failed. @throws ShoalError `bad-address`.
 */
export function parsePeerHint(text: string): Multiaddr {
  if (!/[.:/]/.test(text) && text !== 'localhost')
    throw new ShoalError(
      'bad-address',
      `not a peer: "${text.slice(0, 200)}" (write a multiaddress or its full name)`,
    )
  return isPeerAddress(text) ? multiaddr(text) : parseTypedAddress(text, DEFAULT_PORT)
}
