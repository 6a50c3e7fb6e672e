import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, isShoalError, toHex, utf8 } from '../../base/index.ts'
import {
  decodeTcp,
  decodeTcpOptions,
  decodeUdp,
  encodeTcp,
  encodeUdp,
  internetChecksum,
  isAccepted,
  parseIp,
  pseudoHeader,
  segmentFields,
  traceChecksum,
  type IpPair,
  type TcpSegment,
} from './index.ts'
import { ipPair, tcpSegment, udpSegment } from './test-arbitraries.ts'

const hex = (text: string): Uint8Array => fromHex(text.replace(/\s/g, ''))!
/** Hex in groups, as fields are read. */
const joined = (groups: string): string => groups.replaceAll(' ', '')
const v4: IpPair = { source: parseIp('192.168.0.31'), destination: parseIp('192.168.0.30') }
const v6: IpPair = { source: parseIp('fe80::1'), destination: parseIp('fe80::2') }

function refusal(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (isShoalError(error)) return error.code
    throw error
  }
  return undefined
}

describe('the Internet checksum', () => {
  it('is the one of the worked example in RFC 1071 §3', () => {
    const words = hex('0001 f203 f4f5 f6f7')
    expect(traceChecksum([{ name: 'data', bytes: words }]).sum).toBe(0xddf2)
    expect(internetChecksum(words)).toBe(0x220d)
  })

  it('shows each word, each carry, and the padding of an odd byte', () => {
    const trace = traceChecksum([
      { name: 'pseudo-header', bytes: hex('ffff') },
      { name: 'data', bytes: hex('000280') },
    ])
    expect(trace.steps).toEqual([
      { part: 'pseudo-header', offset: 0, word: 0xffff, padded: false, raw: 0xffff, sum: 0xffff },
      { part: 'data', offset: 0, word: 0x0002, padded: false, raw: 0x10001, sum: 0x0002 },
      { part: 'data', offset: 2, word: 0x8000, padded: true, raw: 0x8002, sum: 0x8002 },
    ])
    expect(trace.complement).toBe(0x7ffd)
  })

  it('traced step by step is the checksum that is sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), (bytes) => {
        expect(traceChecksum([{ name: 'data', bytes }]).complement).toBe(internetChecksum(bytes))
      }),
    )
  })
})

describe('the pseudo-header', () => {
  it('has addresses, zero, protocol and a length of 16 bits over IPv4', () => {
    expect(toHex(pseudoHeader(v4, 'udp', 10))).toBe(joined('c0a8001f c0a8001e 00 11 000a'))
  })

  it('has addresses, a length of 32 bits, three zeros and the next header over IPv6', () => {
    const link = 'fe80' + '00'.repeat(13)
    expect(toHex(pseudoHeader(v6, 'tcp', 0xfffe))).toBe(joined(`${link}01 ${link}02 0000fffe 000000 06`))
  })

  it('refuses addresses of two families', () => {
    const mixed = { source: v4.source, destination: v6.destination }
    expect(refusal(() => pseudoHeader(mixed, 'udp', 8))).toBe('bad-address')
  })
})

describe('UDP segments', () => {
  it('are the bytes of an example worked by hand', () => {
    // c0a8 + 001f + c0a8 + 001e + 0011 + 000a, then 0014 + 000a + 000a + 4869, is 1ca39: folded ca3a, inverted 35c5.
    const bytes = encodeUdp({ sourcePort: 20, destinationPort: 10, payload: utf8('Hi') }, v4)
    expect(toHex(bytes)).toBe(joined('0014 000a 000a 35c5 4869'))
  })

  it('come out as they went in, with a good checksum', () => {
    fc.assert(
      fc.property(udpSegment, ipPair, (segment, pair) => {
        const decoded = decodeUdp(encodeUdp(segment, pair), pair)
        expect(decoded).toMatchObject({ ...segment, verdict: 'good', length: 8 + segment.payload.length })
        expect(decoded.checksum).not.toBe(0)
      }),
    )
  })

  it('tell every single flipped bit, unless it breaks the length or makes the field zero over IPv4', () => {
    fc.assert(
      fc.property(udpSegment, ipPair, fc.nat(), (segment, pair, at) => {
        const bytes = flipped(encodeUdp(segment, pair), at)
        const refused = refusal(() => decodeUdp(bytes, pair))
        expect([undefined, 'protocol-violation']).toContain(refused)
        if (refused !== undefined) return
        const { verdict, checksum, length } = decodeUdp(bytes, pair)
        // A shorter length leaves bytes out of the sum; it is still summed with a wrong pseudo-header.
        if (checksum === 0) expect(['absent', 'forbidden']).toContain(verdict)
        else if (length === bytes.length) expect(verdict).toBe('bad')
      }),
    )
  })

  it('do not tell two flips of the same bit of two words, one up and one down', () => {
    const bytes = encodeUdp({ sourcePort: 1, destinationPort: 2, payload: hex('8000 0000') }, v4)
    const twice = flipped(flipped(bytes, 64), 80)
    expect(toHex(twice.subarray(8))).toBe('00008000')
    expect(decodeUdp(twice, v4).verdict).toBe('good')
  })

  it('that sum to zero carry all ones instead, since zero means none', () => {
    // The data is chosen so that the sum of everything is ffff.
    const blank = encodeUdp({ sourcePort: 7000, destinationPort: 7001, payload: hex('0000') }, v4)
    const chosen = blank.slice(6, 8)
    const bytes = encodeUdp({ sourcePort: 7000, destinationPort: 7001, payload: chosen }, v4)
    expect(toHex(bytes.subarray(6, 8))).toBe('ffff')
    expect(decodeUdp(bytes, v4).verdict).toBe('good')
  })

  it('may go without a checksum over IPv4, never over IPv6', () => {
    const segment = { sourcePort: 1, destinationPort: 2, payload: utf8('x') }
    const bytes = encodeUdp(segment, v4, 'none')
    expect(decodeUdp(bytes, v4)).toMatchObject({ checksum: 0, verdict: 'absent' })
    expect(decodeUdp(bytes, v6)).toMatchObject({ checksum: 0, verdict: 'forbidden' })
    expect(refusal(() => encodeUdp(segment, v6, 'none'))).toBe('bad-usage')
    expect([isAccepted('absent'), isAccepted('forbidden')]).toEqual([true, false])
  })

  it('end where their length says: bytes after it are not data and are not summed', () => {
    const bytes = encodeUdp({ sourcePort: 1, destinationPort: 2, payload: utf8('abc') }, v4)
    const longer = new Uint8Array([...bytes, 9, 9])
    expect(decodeUdp(longer, v4)).toMatchObject({ payload: utf8('abc'), verdict: 'good' })
  })

  it.each([
    ['nothing', ''],
    ['seven bytes', '00010002000800'],
    ['a length below eight', '0001 0002 0007 0000'],
    ['a length of zero, as in a jumbogram', '0001 0002 0000 0000'],
    ['a length beyond the datagram', '0001 0002 0009 0000'],
  ])('are refused when they are %s', (_what, bytes) => {
    expect(refusal(() => decodeUdp(hex(bytes), v4))).toBe('protocol-violation')
  })

  it('have at most 65,535 bytes', () => {
    const payload = new Uint8Array(65_527)
    expect(encodeUdp({ sourcePort: 1, destinationPort: 2, payload }, v6)).toHaveLength(65_535)
    const longer = { sourcePort: 1, destinationPort: 2, payload: new Uint8Array(65_528) }
    expect(refusal(() => encodeUdp(longer, v6))).toBe('too-large')
  })

  it.each([-1, 65_536, 1.5, Number.NaN])('have no port %s', (port) => {
    const segment = { sourcePort: port, destinationPort: 2, payload: new Uint8Array(0) }
    expect(refusal(() => encodeUdp(segment, v4))).toBe('bad-usage')
  })
})

const SYN: TcpSegment = {
  sourcePort: 49_152,
  destinationPort: 80,
  sequence: 0x0102_0304,
  acknowledgment: 0,
  flags: ['syn'],
  window: 64_240,
  urgentPointer: 0,
  options: [{ is: 'maximum-segment-size', bytes: 1460 }, { is: 'sack-permitted' }],
  payload: new Uint8Array(0),
}

describe('TCP segments', () => {
  it('have their fields where RFC 9293 §3.1 draws them', () => {
    const bytes = encodeTcp(SYN, v4)
    expect(toHex(bytes.subarray(0, 16))).toBe(joined('c000 0050 01020304 00000000 70 02 faf0'))
    // MSS, SACK permitted, and two bytes of padding.
    expect(toHex(bytes.subarray(20))).toBe(joined('020405b4 0402 0000'))
  })

  it('come out as they went in, with a good checksum', () => {
    fc.assert(
      fc.property(tcpSegment, ipPair, (segment, pair) => {
        expect(decodeTcp(encodeTcp(segment, pair), pair)).toMatchObject({ ...segment, verdict: 'good' })
      }),
    )
  })

  it('tell every single flipped bit', () => {
    fc.assert(
      fc.property(tcpSegment, ipPair, fc.nat(), (segment, pair, at) => {
        const bytes = flipped(encodeTcp(segment, pair), at)
        const refused = refusal(() => decodeTcp(bytes, pair))
        if (refused !== undefined) expect(refused).toBe('protocol-violation')
        else expect(decodeTcp(bytes, pair).verdict).toBe('bad')
      }),
    )
  })

  it('have no such thing as a missing checksum', () => {
    const bytes = encodeTcp({ ...SYN, options: [] }, v4)
    bytes.fill(0, 16, 18)
    expect(decodeTcp(bytes, v4)).toMatchObject({ checksum: 0, verdict: 'bad' })
  })

  it.each([
    ['shorter than a header', '00'.repeat(19)],
    ['with a data offset below five words', `${'00'.repeat(12)}4000${'00'.repeat(6)}`],
    ['with a data offset beyond the end', `${'00'.repeat(12)}f000${'00'.repeat(6)}`],
    ['with an option of length zero', `${'00'.repeat(12)}6000${'00'.repeat(6)}02000000`],
    ['with an option of length one', `${'00'.repeat(12)}6000${'00'.repeat(6)}05010000`],
    ['with an option that goes beyond the header', `${'00'.repeat(12)}6000${'00'.repeat(6)}01010208`],
    ['with an option cut before its length', `${'00'.repeat(12)}6000${'00'.repeat(6)}01010105`],
  ])('are refused when they are %s', (_what, bytes) => {
    expect(refusal(() => decodeTcp(hex(bytes), v4))).toBe('protocol-violation')
  })

  it('keep options of a known kind and a wrong length as they came', () => {
    expect(decodeTcpOptions(hex('0203ff'))).toEqual([{ is: 'other', kind: 2, data: hex('ff') }])
  })

  it('have at most 40 bytes of options', () => {
    const options = Array.from({ length: 5 }, () => ({ is: 'timestamps', value: 1, echo: 2 }) as const)
    expect(refusal(() => encodeTcp({ ...SYN, options }, v4))).toBe('too-large')
  })
})

describe('arbitrary bytes', () => {
  it('are decoded or refused, never anything else, and what is decoded encodes to the same values', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), ipPair, (bytes, pair) => {
        for (const decode of [decodeUdp, decodeTcp]) {
          const refused = refusal(() => decode(bytes, pair))
          expect([undefined, 'protocol-violation']).toContain(refused)
        }
        if (refusal(() => decodeTcp(bytes, pair)) !== undefined) return
        const { options: _dropped, ...decoded } = decodeTcp(bytes, pair)
        const again = decodeTcp(encodeTcp({ ...decoded, options: [] }, pair), pair)
        expect(again).toMatchObject({ ...segmentOf(decoded), options: [], verdict: 'good' })
      }),
    )
  })
})

describe('the fields of a segment', () => {
  it('cover every bit once, in order', () => {
    fc.assert(
      fc.property(tcpSegment, udpSegment, ipPair, (tcp, udp, pair) => {
        for (const [bytes, protocol] of [
          [encodeTcp(tcp, pair), 'tcp'],
          [encodeUdp(udp, pair), 'udp'],
        ] as const) {
          let bit = 0
          for (const field of segmentFields(bytes, protocol)) {
            expect(field.bit).toBe(bit)
            bit += field.bits
          }
          expect(bit).toBe(bytes.length * 8)
        }
      }),
    )
  })

  it('say what the bits say', () => {
    const fields = segmentFields(encodeTcp({ ...SYN, flags: ['ack', 'psh'] }, v4), 'tcp')
    expect(fields.find(({ name }) => name === 'flags')).toMatchObject({ value: 0x18, flags: ['ack', 'psh'] })
    expect(fields.find(({ name }) => name === 'sequence')).toMatchObject({ value: 0x0102_0304, bit: 32 })
    expect(fields.find(({ name }) => name === 'options')).toMatchObject({ bit: 160, bits: 64 })
  })
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice()
  const bit = at % (out.length * 8)
  out[bit >> 3]! ^= 0x80 >> (bit & 7)
  return out
}

function segmentOf<T extends TcpSegment>(decoded: Omit<T, 'options'>): Omit<TcpSegment, 'options'> {
  const { sourcePort, destinationPort, sequence, acknowledgment, flags, window, urgentPointer, payload } =
    decoded
  return { sourcePort, destinationPort, sequence, acknowledgment, flags, window, urgentPointer, payload }
}
