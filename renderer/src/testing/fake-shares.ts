import type { Share } from '../../../src/contract/index.ts'
import { fakeCid, fakeLink } from './fake-people.ts'

const NONE_LEFT_OUT = { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0, examples: [] }

/** A share with everything at rest; tests and the demo change what they are about. */
export function fakeShare(seed: number, changes: Partial<Share> = {}): Share {
  const name = changes.name ?? `share-${seed}`
  const size = changes.size ?? 100_000_000
  return {
    id: `share-${seed}`,
    cid: fakeCid(seed),
    link: fakeLink(seed, name, size ?? 0),
    role: 'download',
    name,
    title: null,
    kind: 'folder',
    size,
    files: 24,
    openly: false,
    state: { is: 'downloading' },
    mode: 'p2p',
    hasServer: false,
    bytesHeld: 0,
    partsHeld: 0,
    parts: 1024,
    downRate: 0,
    upRate: 0,
    bytesReceived: 0,
    bytesSent: 0,
    peers: 0,
    secondsLeft: null,
    limit: null,
    fromOthers: null,
    safeToLeave: false,
    copies: { complete: 0, of: 0 },
    path: `/home/hana/Downloads/Shoal/${name}`,
    leftOut: NONE_LEFT_OUT,
    addedAt: Date.UTC(2026, 10, 21, 4, 0) - seed * 600_000,
    completedAt: null,
    ...changes,
  }
}
