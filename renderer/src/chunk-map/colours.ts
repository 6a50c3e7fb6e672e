import type { ShareDetail } from '../../../src/contract/index.ts'

export type Scheme = 'light' | 'dark'

/** Warm is the source, grey what was here already, the sea's colours are the others. A canvas cannot read CSS variables. */
export interface MapColours {
  readonly source: string
  readonly me: string
  /** Missing here: from held by nobody … by everybody connected. */
  readonly missing: readonly string[]
  readonly nobody: string
  readonly flight: string
  readonly flash: string
  readonly cursor: string
  /** On the source's own map: only here … on every laptop. */
  readonly copies: readonly string[]
}

const LIGHT: MapColours = {
  source: '#ee7a4b',
  me: '#8fa6b6',
  missing: ['#eef3f7', '#e4edf3', '#d9e5ee', '#cbdbe7'],
  nobody: '#d9784f',
  flight: '#0f6aa3',
  flash: '#ffffff',
  cursor: '#0b2436',
  copies: ['#dbe6ee', '#b5d8ec', '#85c0e2', '#4fa3d2', '#1f82bb', '#0d5c90'],
}

const DARK: MapColours = {
  source: '#ff9466',
  me: '#5c778a',
  missing: ['#0f2434', '#132c3e', '#18364a', '#1f4259'],
  nobody: '#b0613f',
  flight: '#8ad4f7',
  flash: '#ffffff',
  cursor: '#ffffff',
  copies: ['#17303f', '#16435c', '#1a5f83', '#2783b1', '#46a9da', '#8fdcff'],
}

// Hues of water only, far enough apart to tell neighbours; warm hues are the source's alone.
const HUES = [232, 176, 278, 204, 152, 256, 190, 300, 218, 164, 244, 132, 290, 198, 222, 312] as const

export function mapColours(scheme: Scheme): MapColours {
  return scheme === 'dark' ? DARK : LIGHT
}

/** The colour of each giver, by its index: it stays while the share arrives. */
export function giverColours(givers: ShareDetail['givers'], scheme: Scheme): string[] {
  const colours = mapColours(scheme)
  let other = 0
  return givers.map(({ isMe, isSource }) => {
    if (isMe) return colours.me
    return isSource ? colours.source : otherColour(other++, scheme)
  })
}

function otherColour(index: number, scheme: Scheme): string {
  const hue = HUES[index % HUES.length]!
  const round = Math.floor(index / HUES.length) % 3
  const base = scheme === 'dark' ? 0.76 : 0.62
  const lightness = base + (index % 3) * 0.05 - 0.05 - round * 0.09
  return `oklch(${lightness.toFixed(2)} 0.115 ${hue})`
}

/** A step of a scale for a share 0…1: the first only for 0, the last only for 1. */
export function stepOf(scale: readonly string[], share: number): string {
  if (share <= 0) return scale[0]!
  if (share >= 1) return scale.at(-1)!
  const inner = scale.length - 2
  return scale[1 + Math.min(inner - 1, Math.floor(share * inner))]!
}
