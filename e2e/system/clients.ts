import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether a program of the system is there; tests that need one that is not are skipped. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function client(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { maxBuffer: 2 ** 26 })
  return stdout
}

/** Status code of what `curl` is answered. */
export async function statusOf(url: string, ...args: string[]): Promise<number> {
  const format = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--path-as-is']
  return Number(await client('curl', ...format, ...args, url))
}

/** Sends bytes as they are; gives what was answered until the other side closes. */
export async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  let answer = ''
  for await (const piece of socket) answer += (piece as Buffer).toString('latin1')
  return answer
}
