import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSocketTable } from '../../sockets/index.ts'
import { freePort, freeUdpPort } from '../../test-port.ts'
import { nextCall, serverAddress, type LabPlan } from '../script.ts'
import { createTestLab, LOOPBACK, stateOf, when } from '../test-lab.ts'
import type { LabStep } from '../types.ts'
import { codeOf, CODE_LANGUAGES, type CodeLanguage } from './index.ts'

const run = promisify(execFile)

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-code-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const LINES = {
  client: ['Hello, "server"? 100 % \\n', '안녕하세요'],
  server: ['Hi!', 'And you??/'],
}

/** Plays a plan in a real lab by its own suggestions, both ends at once, and gives the steps. */
async function play(plan: LabPlan): Promise<{ server: readonly LabStep[]; client: readonly LabStep[] }> {
  const lab = createTestLab()
  try {
    const follow = async (index: number, id: string): Promise<void> => {
      for (;;) {
        const { ends } = lab.view()
        const call = nextCall(ends[index]!, plan, serverAddress(ends))
        if (!call) return
        const step = lab.call(id, call)
        const view = await when(lab, (view) => !['running', 'blocked'].includes(stateOf(view, id, step).is))
        expect(stateOf(view, id, step), JSON.stringify(call)).toMatchObject({ is: 'done' })
      }
    }
    const serving = follow(0, 'server')
    const waits = plan.type === 'SOCK_STREAM' ? 'accept' : 'recvfrom'
    await when(lab, ({ ends }) =>
      ends[0]!.steps.some(({ call, state }) => call.call === waits && state.is === 'blocked'),
    )
    await Promise.all([serving, follow(1, 'client')])
    const [server, client] = lab.view().ends
    return { server: server!.steps, client: client!.steps }
  } finally {
    await lab.close()
  }
}

/** Each plan is played once; the programs of all languages repeat the same steps. */
const played = new Map<(typeof PLANS)[number], ReturnType<typeof playOn>>()

async function playOn(wanted: (typeof PLANS)[number]) {
  const port = await (wanted.type === 'SOCK_STREAM' ? freePort : freeUdpPort)(wanted.address)
  const plan: LabPlan = { ...wanted, port, backlog: 5, lines: LINES }
  return { plan, ...(await play(plan)) }
}

function playedOnce(wanted: (typeof PLANS)[number]): ReturnType<typeof playOn> {
  const known = played.get(wanted) ?? playOn(wanted)
  played.set(wanted, known)
  return known
}

/** A program of the steps, ready to run: its command and arguments. */
async function build(
  name: string,
  steps: readonly LabStep[],
  language: CodeLanguage,
): Promise<[string, string[]]> {
  const path = join(folder, `${name}.${{ c: 'c', python: 'py', node: 'mjs' }[language]}`)
  await writeFile(path, codeOf(steps, language))
  if (language === 'python') return ['python3', [path]]
  if (language === 'node') return [process.execPath, [path]]
  const program = join(folder, name)
  await run('gcc', [
    '-std=c99',
    '-D_POSIX_C_SOURCE=200809L',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    program,
    path,
  ])
  return [program, []]
}

/** Runs the server's program, and the client's once the server waits; gives what each printed. */
async function converse(
  server: [string, string[]],
  client: [string, string[]],
  isReady: () => Promise<boolean>,
) {
  const waiting = spawn(...server, { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed = collect(waiting)
  while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 20))
  const { stdout } = await run(...client)
  return { server: await printed, client: stdout }
}

async function collect(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(0)
  return text
}

const AVAILABLE: Readonly<Record<CodeLanguage, boolean>> = {
  c: has('gcc'),
  python: has('python3'),
  node: true,
}
const PLANS = [
  { program: 'echo', domain: 'PF_INET', type: 'SOCK_STREAM', address: LOOPBACK },
  { program: 'chat', domain: 'PF_INET6', type: 'SOCK_STREAM', address: '::1' },
  { program: 'echo', domain: 'PF_INET', type: 'SOCK_DGRAM', address: LOOPBACK },
  { program: 'chat', domain: 'PF_INET6', type: 'SOCK_DGRAM', address: '::1' },
] as const

describe('the lab’s suggestions', () => {
  it.each(PLANS)('lead through $program over $type ($domain) from socket to close', async (wanted) => {
    const { plan, server, client } = await playedOnce(wanted)
    const names = (steps: readonly LabStep[]): string => steps.map(({ call }) => call.call).join(' ')
    if (plan.type === 'SOCK_STREAM') {
      expect(names(server)).toBe('socket bind listen accept read write read write read close close')
      expect(names(client)).toBe('socket connect write read write read close')
    } else {
      expect(names(server)).toBe('socket bind recvfrom sendto recvfrom sendto close')
      expect(names(client)).toBe('socket sendto recvfrom sendto recvfrom close')
    }
  })
})

// Linked against POSIX sockets and run beside a system table: where gcc or Python is missing, its programs are skipped.
describe.each(CODE_LANGUAGES)('programs in %s', (language) => {
  it.skipIf(!AVAILABLE[language]).each(PLANS)(
    'hold the conversation again: $program over $type ($domain)',
    async (wanted) => {
      const { plan, server, client } = await playedOnce(wanted)
      const programs = [
        await build('server', server, language),
        await build('client', client, language),
      ] as const
      const isReady = async (): Promise<boolean> =>
        (await readSocketTable()).rows.some(
          ({ local, state }) => local.port === plan.port && (state === 'LISTEN' || state === 'UNCONNECTED'),
        )
      const printed = await converse(...programs, isReady)
      const said = LINES.client.map((line) => `${line}\n`).join('')
      const ends = plan.type === 'SOCK_STREAM' ? '\n' : ''
      expect(printed.server).toBe(said + ends)
      expect(printed.client).toBe(
        plan.program === 'echo' ? said : LINES.server.map((line) => `${line}\n`).join(''),
      )
    },
  )
})
