import type { LabStep } from '../types.ts'
import { cCode } from './c.ts'
import { nodeCode } from './node.ts'
import { operationsOf } from './operations.ts'
import { pythonCode } from './python.ts'

export const CODE_LANGUAGES = ['c', 'python', 'node'] as const
export type CodeLanguage = (typeof CODE_LANGUAGES)[number]

const WRITERS = { c: cCode, python: pythonCode, node: nodeCode } as const

/** A program that does what these steps did, in a language of choice. */
export function codeOf(steps: readonly LabStep[], language: CodeLanguage): string {
  return WRITERS[language](operationsOf(steps))
}
