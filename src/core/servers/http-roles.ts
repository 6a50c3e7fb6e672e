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
export function trackerRole(options: {
  clock: Clock
  log: Logger
  /** The host name by which others may reach it too. */
  hostName?: () => string | undefined
}): ServerRole {
  const { clock, log, hostName = () => undefined } = options
  return {
    name: 'tracker',
    async start({ origins }) {
      const tracker = new Tracker({ clock, urls: () => withLocalNames(origins(), hostName()) })
      const handler = createTrackerHandler({ tracker, clock, log, networkAddress })
      await tracker.start()
      return { ports: {}, mounts: [{ prefix: '/routing/v1/', handler }], stop: () => tracker.stop() }
    },
  }
}

/** A tracker on loopback is also asked for by name, and one on all addresses by loopback. */
function withLocalNames(origins: readonly string[], hostName: string | undefined): string[] {
  const hosts = ['127.0.0.1', 'localhost', ...(hostName === undefined ? [] : [hostName])]
  const ports = new Set(origins.map((origin) => new URL(origin).port))
  return [...origins, ...[...ports].flatMap((port) => hosts.map((host) => `http://${host}:${port}`))]
}
