import type { Startable, Clock } from '../../../base/index.ts'
import { ShoalError, systemClock, systemCode, toShoalError } from '../../../base/index.ts'
import type { Answer } from './answer.ts'
import { MAX_PORT_TRIES } from './limits.ts'
import { listenTcp, type TcpSide } from './tcp.ts'
import { listenUdp, type UdpSide } from './udp.ts'

export interface DnsListenerInit {
  /** An address of this machine, IPv4 or IPv6. */
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly answer: Answer
  readonly clock?: Clock | undefined
  /** An answer failed: a fault of ours, never ended by it. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** A DNS server's door: UDP and TCP on one port (RFC 7766 §5 makes both a must). It carries octets and knows nothing else. */
export class DnsListener implements Startable {
  readonly #init: DnsListenerInit
  #sides: { udp: UdpSide; tcp: TcpSide } | undefined

  constructor(init: DnsListenerInit) {
    this.#init = init
  }

  get host(): string {
    return this.#init.host
  }

  /** The port that is listened on; 0 when none is. */
  get port(): number {
    return this.#sides?.udp.port ?? 0
  }

  /** Throws `port-taken`, `permission-denied` or `bad-address`. */
  async start(): Promise<void> {
    const { clock = systemClock, onFault = () => {}, ...init } = this.#init
    for (let tries = 1; ; tries++) {
      const udp = await listenUdp({ ...init, onFault }).catch((error: unknown) => {
        throw listenError(error, init)
      })
      try {
        const tcp = await listenTcp({ ...init, onFault, clock, port: udp.port })
        this.#sides = { udp, tcp }
        return
      } catch (error) {
        await udp.close()
        const isTaken = systemCode(error) === 'EADDRINUSE'
        if (init.port !== 0 || !isTaken || tries === MAX_PORT_TRIES) throw listenError(error, init)
      }
    }
  }

  async stop(): Promise<void> {
    const sides = this.#sides
    this.#sides = undefined
    await Promise.all([sides?.udp.close(), sides?.tcp.close()])
  }
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): ShoalError {
  const unknown = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL'].includes(systemCode(error) ?? '')
  const { code, message } = toShoalError(error, 'port-taken')
  return new ShoalError(unknown ? 'bad-address' : code, `${host} port ${port}: ${message}`, {
    cause: error,
    data: { host, port },
  })
}
