import type { Clock, Logger } from '../../base/index.ts'
import { networkAddress } from '../../client-server/files/index.ts'
import { createTrackerHandler, Tracker } from '../../client-server/tracker/index.ts'
import type { RequestHandler, ServerRole } from './role.ts'

/** Files over HTTP: every share that is served. */
export function filesRole(handler: RequestHandler): ServerRole {
  return {
    name: 'files',
    start: async () => ({ ports: {}, mounts: [{ prefix: '/', handler }], stop: async () => {} }),
  }
}

/** A tracker, known by every address its HTTP server is reached at. Forgets everything when it is switched off. */
export function trackerRole(options: { clock: Clock; log: Logger }): ServerRole {
  const { clock, log } = options
  return {
    name: 'tracker',
    async start({ origins }) {
      const tracker = new Tracker({ clock, urls: () => withLocalNames(origins()) })
      const handler = createTrackerHandler({ tracker, clock, log, networkAddress })
      await tracker.start()
      return { ports: {}, mounts: [{ prefix: '/routing/v1/', handler }], stop: () => tracker.stop() }
    },
  }
}

/** A tracker on loopback is also asked for by name, and one on all addresses by loopback. */
function withLocalNames(origins: readonly string[]): string[] {
  const ports = new Set(origins.map((origin) => new URL(origin).port))
  return [
    ...origins,
    ...[...ports].flatMap((port) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`]),
  ]
}
