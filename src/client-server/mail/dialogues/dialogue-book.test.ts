import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import { openPostFile } from '../office/database.ts'
import type { Dialogue, DialogueLine } from '../types.ts'
import { DialogueBook } from './dialogue-book.ts'
import { MAX_DIALOGUES, MAX_TOLD, MAX_UNWRITTEN, WRITE_AFTER_MS } from './limits.ts'

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-dialogues-'))
  const clock = new VirtualClock()
  const { database } = openPostFile(join(folder, 'post.db'), 0)
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  const count = (): number => Number(database.get('SELECT count(*) AS n FROM dialogues')!['n'])
  const book = new DialogueBook(database, clock, silentLogger)
  return { clock, database, count, book, again: () => new DialogueBook(database, clock, silentLogger) }
}

function dialogue(n: number, ids: readonly string[] = ['<1@a>'], lines: DialogueLine[] = []): Dialogue {
  return {
    protocol: 'smtp',
    self: 'server',
    other: `other ${n}`,
    startedAt: n,
    lines,
    isCut: false,
    messageIds: ids,
  }
}

it('a dialogue is known at once and, a little later, for good, with the good-byes said meanwhile', () => {
  const { book, clock, again, count } = open()
  const lines: DialogueLine[] = [{ at: 1, from: 'client', text: 'EHLO a' }]
  book.record(dialogue(1, ['<1@a>', '<2@a>'], lines))
  expect([book.of('<2@a>').length, count()]).toEqual([1, 0])
  lines.push({ at: 2, from: 'client', text: 'QUIT' })
  clock.advance(WRITE_AFTER_MS)
  expect(count()).toBe(1)
  expect(
    again()
      .of('<1@a>')[0]
      ?.lines.map(({ text }) => text),
  ).toEqual(['EHLO a', 'QUIT'])
  expect(again().of('<3@a>')).toEqual([])
})

it('dialogues are bounded in number, unwritten, written and told', () => {
  const { book, count } = open()
  for (let n = 0; n < MAX_UNWRITTEN; n++) book.record(dialogue(n))
  expect(count()).toBe(MAX_UNWRITTEN)
  for (let n = 0; n < MAX_DIALOGUES; n++) book.record(dialogue(1_000_000 + n))
  book.flush()
  expect(count()).toBe(MAX_DIALOGUES)
  expect(book.of('<1@a>')).toHaveLength(MAX_TOLD)
  expect(book.of('<1@a>').at(-1)?.startedAt).toBe(1_000_000 + MAX_DIALOGUES - 1)
})

it('a disk that fails costs the dialogue and nothing else', () => {
  const { book, database } = open()
  database.exec('DROP TABLE dialogue_messages')
  book.record(dialogue(1))
  expect(() => book.flush()).not.toThrow()
})
