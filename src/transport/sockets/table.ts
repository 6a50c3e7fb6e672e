import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ShoalError } from '../../base/index.ts'
import { MAX_DESCRIPTORS_READ, MAX_TABLE_BYTES, PROGRAM_TIMEOUT_MS } from './limits.ts'
import { parseProcTable } from './proc.ts'
import { parseLsof, parseNetstat, parseSs } from './programs.ts'
import type { SocketRow, SocketTable } from './types.ts'

const run = promisify(execFile)

/** Every socket of this system, whoever's: from the kernel's table, else from the programs that print it. */
export async function readSocketTable(): Promise<SocketTable> {
  const readers = process.platform === 'linux' ? [fromProc, fromSs, fromNetstat] : [fromNetstat]
  for (const read of readers) {
    const table = await read().catch(() => undefined)
    if (table) return table
  }
  throw new ShoalError('not-supported', 'this system does not tell its sockets')
}

/** The sockets of one process; those of this one when none is named. */
export async function readProcessSockets(pid: number = process.pid): Promise<SocketTable> {
  if (process.platform === 'darwin') {
    const text = await print('lsof', ['-nP', '-iTCP', '-iUDP', '-a', '-p', String(pid), '-F', 'fPnT'])
    return { source: 'lsof', rows: parseLsof(text, pid) }
  }
  const table = await readSocketTable()
  if (table.source === 'netstat') return { ...table, rows: table.rows.filter((row) => row.pid === pid) }
  const inodes = await inodesOf(pid)
  return { ...table, rows: table.rows.filter(({ inode }) => inode !== undefined && inodes.has(inode)) }
}

async function fromProc(): Promise<SocketTable> {
  const rows: SocketRow[] = []
  for (const [name, protocol] of [
    ['tcp', 'tcp'],
    ['tcp6', 'tcp'],
    ['udp', 'udp'],
    ['udp6', 'udp'],
  ] as const) {
    // A kernel without IPv6 has no table of it.
    const text = await readFile(`/proc/net/${name}`, 'latin1').catch((error: unknown) => {
      if (name.endsWith('6')) return ''
      throw error
    })
    rows.push(...parseProcTable(text.slice(0, MAX_TABLE_BYTES), protocol))
  }
  return { source: 'proc', rows }
}

async function fromSs(): Promise<SocketTable> {
  return { source: 'ss', rows: parseSs(await print('ss', ['-tuanH'])) }
}

async function fromNetstat(): Promise<SocketTable> {
  const options = process.platform === 'win32' ? ['-ano'] : ['-an']
  return { source: 'netstat', rows: parseNetstat(await print('netstat', options)) }
}

async function print(program: string, args: readonly string[]): Promise<string> {
  const options = { timeout: PROGRAM_TIMEOUT_MS, maxBuffer: MAX_TABLE_BYTES, windowsHide: true }
  const { stdout } = await run(program, [...args], options)
  return stdout
}

/** `socket:[12345]` behind each descriptor of a process (proc_pid_fd(5)). */
async function inodesOf(pid: number): Promise<Set<number>> {
  const folder = `/proc/${pid}/fd`
  const names = (await readdir(folder).catch(() => [])).slice(0, MAX_DESCRIPTORS_READ)
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')))
  return new Set(
    targets.flatMap((target) => {
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      return inode === undefined ? [] : [Number(inode)]
    }),
  )
}
