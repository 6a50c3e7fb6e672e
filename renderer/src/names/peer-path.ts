import type { TFunction } from 'i18next'
import type { PeerLookup, PeerStep } from '../../../src/contract/index.ts'
import type { SequenceActor, SequenceMessage } from '../ui/sequence-diagram.tsx'
import { milliseconds, type Path } from './path.ts'

const ME = 'me'
/** Lines of peers that a picture shows side by side; the table has all. */
const MAX_PEERS = 7

/** A look-up among peers as a sequence diagram draws it: each peer that was asked in the order of the first question. */
export function peerPathOf(found: PeerLookup, nameOf: (peerId: string) => string, t: TFunction): Path {
  const peers = [...new Set(found.steps.map(({ peerId }) => peerId))]
  const actors: SequenceActor[] = [
    { id: ME, name: t('names.actor.you') },
    ...peers.slice(0, MAX_PEERS).map((id) => ({ id, name: nameOf(id), detail: `…${id.slice(-6)}` })),
  ]
  return { actors, messages: found.steps.map((step) => messageOf(step, found.label, t)) }
}

function messageOf(step: PeerStep, label: string, t: TFunction): SequenceMessage {
  const { peerId, is, at } = step
  const time = milliseconds(at)
  if (is === 'asked') return { from: ME, to: peerId, text: `${label}?`, tone: 'request', time }
  if (is === 'failed')
    return { from: peerId, to: ME, text: t('names.message.timeout'), tone: 'problem', time }
  const text = step.has ? t('names.message.hasRecord') : t('names.message.closer', { count: step.closer })
  return { from: peerId, to: ME, text, tone: 'response', time }
}
