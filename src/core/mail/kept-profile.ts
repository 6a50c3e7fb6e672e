import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage, type Logger } from '../../base/index.ts'
import { queueProfileSchema, type QueueProfileName } from '../../contract/index.ts'
import { readFileIfThere, writeFileAtomic } from '../../store/small-file.ts'

const keptSchema = z.object({ version: z.literal(1), profile: queueProfileSchema })

/** How patient the queue was left, in `<folder>/queue.json`. What cannot be understood counts as never chosen. */
export class KeptProfile {
  readonly #path: string
  readonly #log: Logger

  constructor(folder: string, log: Logger) {
    this.#path = join(folder, 'queue.json')
    this.#log = log
  }

  async read(): Promise<QueueProfileName> {
    try {
      const text = await readFileIfThere(this.#path)
      return text === undefined ? 'normal' : keptSchema.parse(JSON.parse(text)).profile
    } catch (error) {
      this.#log.warn('how patient the mail queue is could not be read', { why: errorMessage(error) })
      return 'normal'
    }
  }

  async write(profile: QueueProfileName): Promise<void> {
    await writeFileAtomic(this.#path, JSON.stringify({ version: 1, profile }, null, 2))
  }
}
