import { implement } from '@orpc/server'
import { ShoalError } from '../../base/index.ts'
import { contract } from '../../contract/index.ts'
import type { Shell } from '../config.ts'
import type { Handouts } from '../handouts/index.ts'
import type { Mail } from '../mail/index.ts'
import { watchChanges } from '../view/watch-changes.ts'

interface MailCore {
  readonly mail: Mail
  readonly handouts: Handouts
  readonly shell: Shell | undefined
}

/** The part of the contract about mail. */
export function mailRouter(core: MailCore) {
  const api = implement(contract).mail
  return api.router({
    // A folder is listed again after each: a mail deleted from the bin shows nowhere else.
    watch: api.watch.handler(({ signal }) =>
      watchChanges(core.mail.events, () => core.mail.view(), signal, { everyChange: true }),
    ),
    addAccount: api.addAccount.handler(({ input }) => core.mail.addAccount(input.name, input.password)),
    accounts: api.accounts.handler(() => core.mail.accounts()),
    send: api.send.handler(({ input }) => core.mail.send(input)),
    list: api.list.handler(({ input }) => core.mail.list(input)),
    read: api.read.handler(({ input }) => core.mail.read(input)),
    dialogues: api.dialogues.handler(({ input }) => core.mail.dialogues(input.messageId)),
    queued: api.queued.handler(async ({ input }) => {
      const found = (await core.mail.house()).queue.get(input.id)
      if (!found) throw new ShoalError('not-found', `no message ${input.id} is in the queue`, { data: input })
      return found
    }),
    handOut: api.handOut.handler(async ({ input }) => {
      const file = await core.mail.file(input)
      return { url: core.handouts.offer(file), name: file.name }
    }),
    save: api.save.handler(async ({ input }) => {
      const path = await core.mail.save(input)
      await core.shell?.reveal(path)
      return { path }
    }),
    remove: api.remove.handler(({ input }) => core.mail.remove(input)),
    retry: api.retry.handler(async ({ input }) => (await core.mail.house()).queue.retry(input.id)),
    drop: api.drop.handler(async ({ input }) => (await core.mail.house()).queue.drop(input.id)),
    setProfile: api.setProfile.handler(({ input }) => core.mail.setProfile(input.profile)),
  })
}
