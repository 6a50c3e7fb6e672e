import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage, type Logger } from '../../base/index.ts'
import { portsSchema, reachSchema, serverRoleNameSchema } from '../../contract/index.ts'
import { readFileIfThere, writeFileAtomic } from '../../store/small-file.ts'

const keptSchema = z.object({
  version: z.literal(1),
  roles: z.array(serverRoleNameSchema),
  reach: reachSchema,
  ports: portsSchema,
})

/** The servers a person left switched on. */
export type KeptServers = Omit<z.infer<typeof keptSchema>, 'version'>

const NONE: KeptServers = { roles: [], reach: { is: 'this-laptop' }, ports: {} }

/** `<home>/servers.json`. What cannot be understood counts as none: a server never starts by mistake. */
export class KeptServersFile {
  readonly #path: string
  readonly #log: Logger

  constructor(home: string, log: Logger) {
    this.#path = join(home, 'servers.json')
    this.#log = log
  }

  async read(): Promise<KeptServers> {
    try {
      const text = await readFileIfThere(this.#path)
      return text === undefined ? NONE : keptSchema.parse(JSON.parse(text))
    } catch (error) {
      this.#log.warn('which servers were on could not be read; all are off', { why: errorMessage(error) })
      return NONE
    }
  }

  async write(kept: KeptServers): Promise<void> {
    await writeFileAtomic(this.#path, JSON.stringify({ version: 1, ...kept }, null, 2))
  }
}
