import { TYPE, type Name, type Question } from '../wire/index.ts'
import { MAX_MINIMISE_STEPS, MINIMISE_ONE_LABEL } from './limits.ts'

/**
 * How much of a name a zone's server is told (RFC 9156): one label more than it owns at first, then larger steps, so that a
 * name of a hundred labels does not cost a hundred queries. `steps` counts the queries for this name so far.
 */
export function minimisedQuestion(question: Question, zone: Name, known: number, steps: number): Question {
  const total = question.name.labels.length
  const beyond = Math.max(known, zone.labels.length)
  const missing = total - beyond
  if (missing <= 1 || steps >= MAX_MINIMISE_STEPS) return question
  const labels = steps < MINIMISE_ONE_LABEL ? 1 : Math.ceil(missing / (MAX_MINIMISE_STEPS - steps))
  if (labels >= missing) return question
  // A tells as much as NS and draws less attention (RFC 9156 §2.1).
  return { name: question.name.last(beyond + labels), type: TYPE.A, class: question.class }
}
