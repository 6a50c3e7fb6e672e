import { expect, it } from 'vitest'
import type { PeerSourceDetailView } from '../../../src/contract/index.ts'
import { createTranslator } from '../i18n/index.ts'
import { sourceDetailText } from './source-detail.ts'

const CASES: readonly (readonly [PeerSourceDetailView, string, string])[] = [
  [{ is: 'table', peers: 0 }, 'nobody in the table yet', '표에 아직 아무도 없음'],
  [{ is: 'table', peers: 1200 }, '1,200 in the table', '표에 1,200대'],
  [{ is: 'interfaces', names: ['en0', 'en1'] }, 'en0, en1', 'en0, en1'],
  [{ is: 'servers', answering: 1, all: 3 }, '1 of 3 answer', '3곳 가운데 1곳이 답함'],
  [{ is: 'no-interface' }, 'no network interface to use', '쓸 수 있는 네트워크 인터페이스가 없음'],
  [{ is: 'no-multicast' }, 'multicast is not possible here', '여기서는 멀티캐스트를 쓸 수 없음'],
  [
    { is: 'no-memory' },
    'the list of remembered peers cannot be read or written',
    '전에 본 피어의 목록을 읽거나 쓸 수 없음',
  ],
  [{ is: 'error', message: 'bind EADDRINUSE' }, 'bind EADDRINUSE', 'bind EADDRINUSE'],
]

it.each(CASES)('says in both languages what $is means', (detail, english, korean) => {
  expect(sourceDetailText(detail, createTranslator('en').t)).toBe(english)
  expect(sourceDetailText(detail, createTranslator('ko').t)).toBe(korean)
})
