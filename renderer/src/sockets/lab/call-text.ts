import type { LabCallView, SocketAddressView } from '../../../../src/contract/index.ts'

/** Bytes of `struct sockaddr_in` and `struct sockaddr_in6`: the `addrlen` of the call. */
const SOCKADDR_BYTES = { 4: 16, 6: 28 } as const
/** Characters of a message that are shown within a call. */
const MAX_SHOWN = 24

/** A call as C writes it. */
export function callText(call: LabCallView): string {
  switch (call.call) {
    case 'socket':
      return `socket(${call.domain}, ${call.type}, ${call.protocol})`
    case 'bind':
    case 'connect':
      return `${call.call}(${call.sockfd}, ${sockaddrText(call)}, ${addressLength(call.address)})`
    case 'listen':
      return `listen(${call.sockfd}, ${call.backlog})`
    case 'accept':
      return `accept(${call.sockfd}, &cliaddr, &addrlen)`
    case 'write':
      return `write(${call.sockfd}, ${dataText(call.data)})`
    case 'read':
      return `read(${call.sockfd}, buf, ${call.length})`
    case 'sendto':
      return `sendto(${call.sockfd}, ${dataText(call.data)}, 0, ${sockaddrText(call)}, ${addressLength(call.address)})`
    case 'recvfrom':
      return `recvfrom(${call.sockfd}, buf, ${call.length}, 0, &from, &fromlen)`
    case 'shutdown':
      return `shutdown(${call.sockfd}, ${call.how})`
    case 'close':
      return `close(${call.sockfd})`
  }
}

/** `127.0.0.1:6000`, `[::1]:6000`. */
export function endText({ address, port }: SocketAddressView): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** What `htons` makes of a port: its bytes as they lie in memory. */
export function networkOrder(port: number): string {
  return [port >> 8, port & 0xff].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function sockaddrText({ address, port }: SocketAddressView): string {
  const six = address.includes(':')
  const host = address === '0.0.0.0' ? 'INADDR_ANY' : address === '::' ? 'in6addr_any' : address
  return `{${six ? 'AF_INET6' : 'AF_INET'}, htons(${port}), ${host}}`
}

function addressLength(address: string): number {
  return SOCKADDR_BYTES[address.includes(':') ? 6 : 4]
}

function dataText(data: Extract<LabCallView, { call: 'write' }>['data']): string {
  if (data.is === 'filler') return `filler, ${data.bytes}`
  const shown = data.text.length > MAX_SHOWN ? `${data.text.slice(0, MAX_SHOWN)}…` : data.text
  return `${JSON.stringify(shown)}, ${new TextEncoder().encode(data.text).length}`
}
