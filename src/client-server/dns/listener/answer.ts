/** Who asks. */
export interface DnsClient {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** The answer's octets, now or later; undefined for none. What it throws is logged, and no answer. */
export type Answer = (
  query: Uint8Array,
  client: DnsClient,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>
