import { implement } from '@orpc/server'
import { contract } from '../../contract/index.ts'
import { watchChanges } from '../view/watch-changes.ts'
import type { FilesDoors, Servers } from '../servers/index.ts'

interface ServersCore {
  readonly servers: Servers
  readonly doors: FilesDoors
  /** Where a browser on another machine finds a share. */
  addressOf(cid: string): { page: string; spoken: string } | null
}

/** The servers' part of the contract. */
export function serversRouter(core: ServersCore) {
  const api = implement(contract).servers
  return api.router({
    watch: api.watch.handler(({ signal }) => core.servers.watch(signal)),
    start: api.start.handler(({ input }) => core.servers.start(input)),
    setReach: api.setReach.handler(({ input }) => core.servers.setReach(input.reach)),
    stop: api.stop.handler(({ input }) => core.servers.stop(input.roles, input.keep)),
    addressOf: api.addressOf.handler(({ input }) => core.addressOf(input.cid)),
    door: api.door.handler(({ input, signal }) => holdDoor(core.doors, input.port, signal)),
  })
}

/** A door stays open for as long as whoever asked for it listens: it cannot be forgotten open. */
async function* holdDoor(
  doors: FilesDoors,
  port: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ origins: string[] }> {
  const door = await doors.open(port)
  try {
    yield* watchChanges(doors.events, () => ({ origins: door.origins() }), signal)
  } finally {
    await door.close()
  }
}
