/** For tests: a server, and sessions with it. Not part of `index.ts`. */
import { expect } from 'vitest'
import { openTestHouse, RawClient, type TestHouse } from '../../test-house.ts'

export async function open(options: Partial<Parameters<typeof openTestHouse>[0]> = {}) {
  const test = await openTestHouse({ host: 'a.test', accounts: ['alice', 'carol'], ...options })
  return { test, connect: () => greeted(test) }
}

export async function greeted(test: TestHouse): Promise<RawClient> {
  const client = new RawClient(test.server.port)
  expect(await client.reply()).toBe('220 a.test ESMTP Shoal')
  return client
}

export async function hello(test: TestHouse): Promise<RawClient> {
  const client = await greeted(test)
  await client.say('EHLO client.test')
  return client
}

/** Says some lines and gives the codes of the replies. */
export async function codes(client: RawClient, ...lines: string[]): Promise<string[]> {
  const replies: string[] = []
  for (const line of lines) replies.push((await client.say(line)).slice(0, 3))
  return replies
}

export const plain = (login: string, password: string): string =>
  `AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}`
