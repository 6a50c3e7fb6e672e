import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isInstalled } from '../clients.ts'
import { DEADLINE_MS } from '../limits.ts'
import { Marionette } from './marionette.ts'

/** What is missing here to start Thunderbird without a screen; undefined when nothing is. */
export function missingForThunderbird(): string | undefined {
  return ['thunderbird', 'xvfb-run', 'dbus-run-session'].find((program) => !isInstalled(program))
}

/** Nothing but mail: no first-run pages, no questions, no reports. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  // Any free port, told in a file of the profile.
  'marionette.port': 0,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.shell.checkDefaultClient': false,
  'mail.spotlight.firstRunDone': true,
  'mail.biff.show_alert': false,
  'mailnews.start_page.enabled': false,
  'mailnews.start_page_override.mstone': 'ignore',
  'toolkit.telemetry.enabled': false,
}

export interface MailAccountAt {
  readonly name: string
  readonly address: string
  readonly password: string
  readonly ports: Readonly<Record<'smtp' | 'imap' | 'pop3', number>>
  readonly protocol: 'imap' | 'pop3'
}

/** Thunderbird on a screen of its own, with a profile of its own; what a person does there is done by its own commands. */
export class Thunderbird {
  readonly #program: ChildProcess
  readonly #remote: Marionette

  private constructor(program: ChildProcess, remote: Marionette) {
    this.#program = program
    this.#remote = remote
  }

  static async start(folder: string): Promise<Thunderbird> {
    const profile = join(folder, 'profile')
    await mkdir(profile, { recursive: true })
    await mkdir(join(folder, 'run'), { mode: 0o700 })
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
    )
    await writeFile(join(profile, 'user.js'), lines.join('\n'))
    const program = spawn(
      'xvfb-run',
      [
        '-a',
        'dbus-run-session',
        '--',
        'thunderbird',
        '--no-remote',
        '--marionette',
        '--remote-allow-system-access',
        '--profile',
        profile,
      ],
      {
        // A group of its own: it starts others, and all of them must end.
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run'), LC_ALL: 'C.UTF-8' },
      },
    )
    const remote = await Marionette.connect(await portIn(join(profile, 'MarionetteActivePort')))
    return new Thunderbird(program, remote)
  }

  /** An account as the assistant would make it, with its password remembered. */
  async addAccount(account: MailAccountAt): Promise<void> {
    await this.#remote.run(
      `${MAIL_SERVICES}
      const [{ name, address, password, ports, protocol }] = args
      const remember = async (origin) => {
        const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
        login.init(origin, null, origin, name, password, '', '')
        await Services.logins.addLoginAsync(login)
      }
      const server = MailServices.accounts.createIncomingServer(name, '127.0.0.1', protocol)
      server.port = ports[protocol]
      server.socketType = Ci.nsMsgSocketType.plain
      server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext
      const outgoing = MailServices.outgoingServer.createServer('smtp')
      const smtp = outgoing.QueryInterface(Ci.nsISmtpServer)
      smtp.hostname = '127.0.0.1'
      smtp.port = ports.smtp
      outgoing.username = name
      outgoing.socketType = Ci.nsMsgSocketType.plain
      outgoing.authMethod = Ci.nsMsgAuthMethod.passwordCleartext
      const identity = MailServices.accounts.createIdentity()
      identity.email = address
      identity.fullName = name
      identity.smtpServerKey = outgoing.key
      identity.composeHtml = false
      const account = MailServices.accounts.createAccount()
      account.incomingServer = server
      account.addIdentity(identity)
      await remember((protocol === 'imap' ? 'imap' : 'mailbox') + '://127.0.0.1')
      await remember('smtp://127.0.0.1')`,
      account,
    )
  }

  /** Writes a mail in the window for it, and presses “Send”. */
  async send(mail: { from: string; to: string; subject: string; text: string }): Promise<void> {
    await this.#remote.run(
      `${MAIL_SERVICES}
      const [{ from, to, subject, text }] = args
      const identity = MailServices.accounts.allIdentities.find(({ email }) => email === from)
      const fields = Cc['@mozilla.org/messengercompose/composefields;1'].createInstance(Ci.nsIMsgCompFields)
      Object.assign(fields, { to, subject, body: text })
      const params = Cc['@mozilla.org/messengercompose/composeparams;1'].createInstance(Ci.nsIMsgComposeParams)
      Object.assign(params, { type: Ci.nsIMsgCompType.New, format: Ci.nsIMsgCompFormat.PlainText, identity })
      params.composeFields = fields
      MailServices.compose.OpenComposeWindowWithParams(null, params)
      const until = async (look) => {
        while (!look()) await new Promise((resolve) => setTimeout(resolve, 50))
      }
      let window
      await until(() => (window = Services.wm.getMostRecentWindow('msgcompose')))
      await until(() => window.gMsgCompose?.editor && window.document.readyState === 'complete')
      await until(() => window.document.getElementById('button-send')?.disabled === false)
      window.goDoCommand('cmd_sendNow')
      const trouble = () => [...Services.wm.getEnumerator(null)].find(({ location }) => location.href.includes('commonDialog'))
      await until(() => window.closed || trouble())
      if (!window.closed) throw new Error(trouble().document.getElementById('infoBody').textContent)`,
      mail,
    )
  }

  /** Asks for what is new at an address; gives the subjects in its inbox and among what was sent, as this program lists them by now. */
  async folders(address: string): Promise<{ readonly inbox?: string[]; readonly sent?: string[] }> {
    const found = await this.#remote.run(
      `${MAIL_SERVICES}
      const { accounts } = MailServices.accounts
      const server = accounts.find((account) => account.defaultIdentity?.email === args[0]).incomingServer
      const { Inbox, SentMail } = Ci.nsMsgFolderFlags
      const listed = {}
      for (const [name, flag] of [['inbox', Inbox], ['sent', SentMail]]) {
        const folder = server.rootFolder.getFolderWithFlags(flag)
        if (!folder) continue
        if (server.type === 'imap') folder.updateFolder(null)
        listed[name] = [...folder.messages].map((message) => message.mime2DecodedSubject)
      }
      server.getNewMessages(server.rootFolder.getFolderWithFlags(Inbox) ?? server.rootFolder, null, null)
      return listed`,
      address,
    )
    return found as { inbox?: string[]; sent?: string[] }
  }

  picture(): Promise<Buffer> {
    return this.#remote.picture()
  }

  async stop(): Promise<void> {
    this.#remote.close()
    const gone = once(this.#program, 'exit')
    process.kill(-this.#program.pid!, 'SIGTERM')
    await gone
  }
}

const MAIL_SERVICES = `const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')`

async function portIn(path: string): Promise<number> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const port = Number(await readFile(path, 'utf8').catch(() => ''))
    if (port > 0) return port
    if (Date.now() > deadline) throw new Error('Thunderbird did not start in time')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
