import { concatBytes, ShoalError } from '../../base/index.ts'
import { MAX_TCP_OPTION_BYTES } from './limits.ts'

/** Options of a TCP header (RFC 9293 §3.2, RFC 7323, RFC 2018); any other is kept as it came. */
export type TcpOption =
  | { readonly is: 'no-operation' }
  | { readonly is: 'maximum-segment-size'; readonly bytes: number }
  | { readonly is: 'window-scale'; readonly shift: number }
  | { readonly is: 'sack-permitted' }
  | { readonly is: 'timestamps'; readonly value: number; readonly echo: number }
  | { readonly is: 'other'; readonly kind: number; readonly data: Uint8Array }

const KIND = { end: 0, nop: 1, mss: 2, scale: 3, sack: 4, timestamps: 8 } as const

/** Options padded with zeros to whole words. */
export function encodeTcpOptions(options: readonly TcpOption[]): Uint8Array {
  const bytes = concatBytes(...options.map(encodeOption))
  if (bytes.length > MAX_TCP_OPTION_BYTES)
    throw new ShoalError('too-large', `TCP options have at most ${MAX_TCP_OPTION_BYTES} bytes`)
  return concatBytes(bytes, new Uint8Array(-bytes.length & 3))
}

/** Reads up to the end-of-list option; what follows is padding. Throws `protocol-violation`. */
export function decodeTcpOptions(bytes: Uint8Array): TcpOption[] {
  const options: TcpOption[] = []
  for (let at = 0; at < bytes.length;) {
    const kind = bytes[at]!
    if (kind === KIND.end) break
    if (kind === KIND.nop) {
      options.push({ is: 'no-operation' })
      at++
      continue
    }
    const length = bytes[at + 1] ?? 0
    if (length < 2 || at + length > bytes.length)
      throw new ShoalError('protocol-violation', `a TCP option of kind ${kind} has no good length`)
    options.push(decodeOption(kind, bytes.slice(at + 2, at + length)))
    at += length
  }
  return options
}

function encodeOption(option: TcpOption): Uint8Array {
  switch (option.is) {
    case 'no-operation':
      return Uint8Array.of(KIND.nop)
    case 'maximum-segment-size':
      return withLength(KIND.mss, numberBytes(option.bytes, 2))
    case 'window-scale':
      return withLength(KIND.scale, numberBytes(option.shift, 1))
    case 'sack-permitted':
      return withLength(KIND.sack, new Uint8Array(0))
    case 'timestamps':
      return withLength(
        KIND.timestamps,
        concatBytes(numberBytes(option.value, 4), numberBytes(option.echo, 4)),
      )
    case 'other':
      if (option.kind <= KIND.nop) throw new ShoalError('bad-usage', 'options 0 and 1 have no data')
      return withLength(option.kind, option.data)
  }
}

function decodeOption(kind: number, data: Uint8Array): TcpOption {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  if (kind === KIND.mss && data.length === 2) return { is: 'maximum-segment-size', bytes: view.getUint16(0) }
  if (kind === KIND.scale && data.length === 1) return { is: 'window-scale', shift: view.getUint8(0) }
  if (kind === KIND.sack && data.length === 0) return { is: 'sack-permitted' }
  if (kind === KIND.timestamps && data.length === 8)
    return { is: 'timestamps', value: view.getUint32(0), echo: view.getUint32(4) }
  return { is: 'other', kind, data }
}

function withLength(kind: number, data: Uint8Array): Uint8Array {
  if (!Number.isInteger(kind) || kind > 0xff)
    throw new ShoalError('bad-usage', 'an option has a kind of 8 bits')
  return concatBytes(Uint8Array.of(kind, data.length + 2), data)
}

function numberBytes(value: number, bytes: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes))
    throw new ShoalError('bad-usage', `a number of ${8 * bytes} bits is wanted`)
  return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) & 0xff)
}
