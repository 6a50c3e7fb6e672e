import type { TFunction } from 'i18next'
import type { Problem } from '../../../src/contract/index.ts'

export interface ProblemText {
  readonly what: string
  readonly why: string
  readonly todo: string
  /** What it is about (a path, an address), if the core said. */
  readonly about: string | undefined
}

export function problemText(problem: Problem, t: TFunction): ProblemText {
  const { code, data } = problem
  const about = data['path'] ?? data['name'] ?? data['address'] ?? data['interface']
  return {
    what: t(`error.${code}.what`),
    why: t(`error.${code}.why`),
    todo: t(`error.${code}.todo`),
    about: about === undefined ? undefined : String(about),
  }
}
