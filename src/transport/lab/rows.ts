import type { SocketAddress, SocketRow } from '../sockets/index.ts'
import type { LabEndView } from './lab-end.ts'
import type { LabAddress } from './types.ts'

/**
 * Whose a line of the system's table is: a socket a process holds; a connection the kernel made and no `accept` has taken yet;
 * or one a process has closed, which the kernel keeps until its end is done (TIME-WAIT and others).
 */
export type RowOwner =
  | { readonly is: 'descriptor'; readonly end: string; readonly sockfd: number }
  | { readonly is: 'queue'; readonly end: string }
  | { readonly is: 'kernel' }

export interface LabRow extends Omit<SocketRow, 'inode' | 'pid'> {
  readonly owner: RowOwner
}

/** What the lab has to remember of its sockets, since the kernel outlives their descriptors. */
export class LabRows {
  /** `tcp 6000`: local ports sockets of the lab have had. */
  readonly #ports = new Set<string>()
  /** 4-tuples that some descriptor has had: not in a queue any more. */
  readonly #held = new Set<string>()

  /** The lab's lines of the table, and whose they are. */
  select(rows: readonly SocketRow[], ends: readonly LabEndView[]): LabRow[] {
    return rows.flatMap((row) => {
      if (!this.#ports.has(`${row.protocol} ${row.local.port}`)) return []
      const { protocol, local, remote, state, sendQueue, receiveQueue } = row
      const owner = this.#ownerOf(row, ends)
      return [{ protocol, local, remote, state, sendQueue, receiveQueue, owner }]
    })
  }

  /** Notes the sockets there are; to be called whenever they change, before they may be closed. */
  remember(ends: readonly LabEndView[]): void {
    for (const { descriptors } of ends) {
      for (const { type, local, remote } of descriptors) {
        if (!local) continue
        const protocol = type === 'SOCK_STREAM' ? 'tcp' : 'udp'
        this.#ports.add(`${protocol} ${local.port}`)
        if (remote) this.#held.add(tuple(protocol, local, remote))
      }
    }
  }

  #ownerOf(row: SocketRow, ends: readonly LabEndView[]): RowOwner {
    const wanted = tuple(row.protocol, row.local, row.remote)
    for (const { id, descriptors } of ends) {
      const found = descriptors.find(
        ({ type, local, remote }) =>
          local && tuple(type === 'SOCK_STREAM' ? 'tcp' : 'udp', local, remote) === wanted,
      )
      if (found) return { is: 'descriptor', end: id, sockfd: found.sockfd }
    }
    if (row.protocol === 'udp' || !row.remote || this.#held.has(wanted)) return { is: 'kernel' }
    const server = ends.find(({ descriptors }) =>
      descriptors.some(({ role, local }) => role === 'listening' && local?.port === row.local.port),
    )
    return server ? { is: 'queue', end: server.id } : { is: 'kernel' }
  }
}

function tuple(protocol: string, local: LabAddress, remote: SocketAddress | null): string {
  return `${protocol} ${local.address} ${local.port} ${remote?.address ?? ''} ${remote?.port ?? ''}`
}
