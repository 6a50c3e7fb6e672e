import { ShoalError, type Clock } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import { DEAD_PEER_MS, HEARTBEAT_INTERVAL_MS, KEEP_AFTER_MS, STALLED_PEER_MS } from '../limits.ts'

export interface HeartbeatInit {
  readonly clock: Clock
  readonly links: () => Iterable<Link>
  /** Alive, and takes nothing: what was meant for it should go to others. */
  readonly onStalled: (link: Link) => void
  /** A neighbour not yet marked as one to be kept when there are many connections. */
  readonly keep: (link: Link) => void
}

/** Looks after every neighbour of a share at intervals, until the returned function is called. */
export function startHeartbeat({ clock, links, onStalled, keep }: HeartbeatInit): () => void {
  return clock.every(HEARTBEAT_INTERVAL_MS, () => {
    const now = clock.now()
    for (const link of [...links()]) {
      if (now - link.lastHeard > DEAD_PEER_MS) giveUp(link)
      else if (isStalled(link, now)) onStalled(link)
      else if (link.isPingDue) link.ping()
      if (!link.isKept && now - link.since >= KEEP_AFTER_MS) keep(link)
    }
  })
}

function isStalled({ phase }: Link, now: number): boolean {
  return phase.is === 'active' && phase.outgoing.stalledFor(now) > STALLED_PEER_MS
}

/** A closed lid: the connection would go on being used until the system gives it up, minutes later. */
function giveUp(link: Link): void {
  const error = new ShoalError('peer-gone', `no sign of life for ${DEAD_PEER_MS / 1000} s`)
  link.abort(error)
  link.connection.abort(error)
}
