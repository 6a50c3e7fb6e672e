import { parseRate, parseSize } from '../../../../src/base/units.ts'
import { MAX_RACE_PEERS, type Mode, type RaceSpecInput } from '../../../../src/contract/index.ts'

/** What a person typed, as it stands in the fields. Rates in Mbit/s. */
export interface Setup {
  readonly content: 'random' | 'file'
  readonly size: string
  readonly path: string
  readonly peers: string
  readonly up: number
  readonly down: number
  readonly sourceUp: number
  readonly servers: number
  readonly medium: 'switch' | 'wifi'
  readonly modes: 'both' | Mode
  readonly repeats: number
  readonly switchOff: boolean
}

export type SetupField = 'size' | 'path' | 'peers' | 'up' | 'down' | 'sourceUp'

/** Both ways in about half a minute, at rates that leave a small machine's processor at rest. */
export const FIRST_LOOK: Setup = {
  content: 'random',
  size: '1 MiB',
  path: '',
  peers: '1, 2, 4, 6',
  up: 6,
  down: 30,
  sourceUp: 6,
  servers: 1,
  medium: 'switch',
  modes: 'both',
  repeats: 1,
  switchOff: false,
}

/** Downloaders in one field: `1, 2 4` or `1-4`. Undefined for what is no such list. */
export function parsePeers(text: string): number[] | undefined {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  const numbers = words.flatMap((word) => {
    const range = /^(\d{1,3})(?:[-–](\d{1,3}))?$/.exec(word)
    if (!range) return [Number.NaN]
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])]
    return to < from ? [Number.NaN] : Array.from({ length: Math.min(17, to - from + 1) }, (_, i) => from + i)
  })
  const peers = [...new Set(numbers)].sort((a, b) => a - b)
  const isGood = peers.length > 0 && peers.length <= 16 && peers.every((n) => n >= 1 && n <= MAX_RACE_PEERS)
  return isGood ? peers : undefined
}

/** What to ask for, or the fields that cannot be understood. */
export function toSpec(setup: Setup): { spec: RaceSpecInput } | { wrong: SetupField[] } {
  const wrong: SetupField[] = []
  const peers = parsePeers(setup.peers)
  if (!peers) wrong.push('peers')
  const size = setup.content === 'file' ? 1 : sizeOf(setup.size)
  if (size === undefined) wrong.push('size')
  if (setup.content === 'file' && setup.path.trim() === '') wrong.push('path')
  for (const field of ['up', 'down', 'sourceUp'] as const) if (!isRate(setup[field])) wrong.push(field)
  if (wrong.length > 0) return { wrong }
  const { up, down, sourceUp, servers, medium, modes, repeats } = setup
  const spec: RaceSpecInput = {
    peers: peers!,
    size: size!,
    ...(setup.content === 'file' && { path: setup.path.trim() }),
    up: up * 1e6,
    down: down * 1e6,
    sourceUp: sourceUp * 1e6,
    servers,
    medium,
    modes: modes === 'both' ? ['http', 'p2p'] : [modes],
    repeats,
    // Half of what one copy takes: in the middle of the race of whoever sends it once.
    ...(setup.switchOff && { switchOffAt: 0.5 }),
  }
  return { spec }
}

const MAX_SIZE = 2 ** 32

function sizeOf(text: string): number | undefined {
  try {
    const size = parseSize(text)
    return size >= 1 && size <= MAX_SIZE ? size : undefined
  } catch {
    return undefined
  }
}

function isRate(mbit: number): boolean {
  try {
    return parseRate(`${mbit}Mbit`) >= 1000 && mbit <= 1e5
  } catch {
    return false
  }
}
