import { concatBytes, utf8 } from '../../base/index.ts'

/**
 * A capture file as Wireshark opens it (pcapng, draft-ietf-opsawg-pcapng): a section header, one interface without a link
 * layer, and one enhanced packet block a datagram.
 */
export interface CapturedDatagram {
  /** When, milliseconds since 1970. */
  readonly at: number
  /** IPv4 or IPv6, header included. */
  readonly bytes: Uint8Array
  readonly comment?: string
}

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
/** LINKTYPE_RAW: the packet begins with an IP header of either version. */
const LINK_TYPE_RAW = 101
const OPTION = { comment: 1, name: 2, application: 4 } as const
const U32 = 2 ** 32

/** The whole file. */
export function encodePcapng(
  datagrams: readonly CapturedDatagram[],
  names: { application: string; interface: string },
): Uint8Array<ArrayBuffer> {
  const section = concatBytes(
    u32(BYTE_ORDER_MAGIC),
    u16(1),
    u16(0),
    // Section length unknown: all ones.
    u32(U32 - 1),
    u32(U32 - 1),
    options([OPTION.application, names.application]),
  )
  const description = concatBytes(u16(LINK_TYPE_RAW), u16(0), u32(0), options([OPTION.name, names.interface]))
  return concatBytes(
    block(SECTION_HEADER, section),
    block(INTERFACE_DESCRIPTION, description),
    ...datagrams.map((datagram) => block(ENHANCED_PACKET, packet(datagram))),
  )
}

function packet({ at, bytes, comment }: CapturedDatagram): Uint8Array {
  const microseconds = Math.round(at * 1000)
  return concatBytes(
    u32(0),
    u32(Math.floor(microseconds / U32)),
    u32(microseconds % U32),
    u32(bytes.length),
    u32(bytes.length),
    padded(bytes),
    ...(comment === undefined ? [] : [options([OPTION.comment, comment])]),
  )
}

/** Type, length, body, length: the length twice, so that the file can be read backwards. */
function block(type: number, body: Uint8Array): Uint8Array {
  const length = u32(body.length + 12)
  return concatBytes(u32(type), length, body, length)
}

function options(...list: readonly (readonly [code: number, text: string])[]): Uint8Array {
  const encoded = list.map(([code, text]) => {
    const value = utf8(text)
    return concatBytes(u16(code), u16(value.length), padded(value))
  })
  return concatBytes(...encoded, u32(0))
}

function padded(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, new Uint8Array(-bytes.length & 3))
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8)
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff)
}
