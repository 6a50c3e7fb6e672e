import fc from 'fast-check'
import type { IpPair } from './pseudo-header.ts'
import { TCP_FLAGS, type TcpSegment } from './tcp.ts'
import type { TcpOption } from './tcp-options.ts'
import type { UdpSegment } from './udp.ts'

const address = (bytes: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes })

export const ipPair: fc.Arbitrary<IpPair> = fc
  .constantFrom(4, 16)
  .chain((bytes) => fc.record({ source: address(bytes), destination: address(bytes) }))

const port = fc.integer({ min: 0, max: 65_535 })
const payload = fc.uint8Array({ maxLength: 300 })
const u16 = fc.integer({ min: 0, max: 2 ** 16 - 1 })
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

export const udpSegment: fc.Arbitrary<UdpSegment> = fc.record({
  sourcePort: port,
  destinationPort: port,
  payload,
})

const option: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.constant({ is: 'no-operation' } as const),
  fc.constant({ is: 'sack-permitted' } as const),
  u16.map((bytes) => ({ is: 'maximum-segment-size', bytes }) as const),
  fc.integer({ min: 0, max: 255 }).map((shift) => ({ is: 'window-scale', shift }) as const),
  fc.record({ is: fc.constant('timestamps' as const), value: u32, echo: u32 }),
  fc.record({
    is: fc.constant('other' as const),
    kind: fc.constantFrom(5, 14, 28, 34, 254),
    data: fc.uint8Array({ maxLength: 6 }),
  }),
)

export const tcpSegment: fc.Arbitrary<TcpSegment> = fc.record({
  sourcePort: port,
  destinationPort: port,
  sequence: u32,
  acknowledgment: u32,
  flags: fc.subarray([...TCP_FLAGS]),
  window: u16,
  urgentPointer: u16,
  options: fc.array(option, { maxLength: 4 }),
  payload,
})
