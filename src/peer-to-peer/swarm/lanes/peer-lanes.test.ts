import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import { LANE_OPEN_TIMEOUT_MS } from '../limits.ts'
import { encodeLaneFrame, type BlockFrame } from '../wire/blocks.ts'
import { Lane, type LaneKind } from './lane.ts'
import { PeerLanes, type BlockSender } from './peer-lanes.ts'

class RecordingSender implements BlockSender {
  readonly said: string[] = []
  acknowledged(bytes: number, part: number): void {
    this.said.push(`acknowledged ${bytes} of ${part}`)
  }
  laneLost(): void {
    this.said.push('lane lost')
  }
}

interface Setup {
  lanes: PeerLanes
  add: (kind: LaneKind) => Lane
  violations: string[]
  clock: VirtualClock
  opened: () => number
}

function setup({ isTlsComing = false } = {}): Setup {
  const violations: string[] = []
  const clock = new VirtualClock()
  let opened = 0
  const lanes = new PeerLanes({
    peer: 'p',
    clock,
    log: silentLogger,
    openStream: async () => {
      opened++
      return add('stream')
    },
    isTlsComing: () => isTlsComing,
    onViolation: (error) => violations.push(error.message),
    onLaneChange: () => {},
  })
  const add = (kind: LaneKind): Lane => {
    const pipe = { write: () => {}, pause: () => {}, resume: () => {}, destroy: () => {} }
    const lane = new Lane({ kind, peer: 'p', pipe, sink: lanes, clock })
    lanes.add(lane)
    return lane
  }
  return { lanes, add, violations, clock, opened: () => opened }
}

function send(
  lanes: PeerLanes,
  lane: Lane,
  part: number,
  sender: BlockSender,
  onDone = (): void => {},
): void {
  const block: BlockFrame = { is: 'block', handle: 1, part, offset: 0, length: 100, last: true }
  lanes.send(lane, block, { bytes: new Uint8Array(100), hasRoom: false }, sender, {
    onDone,
    onFlushed: () => {},
  })
}

const ack = (lane: Lane, received: number): void => lane.push(encodeLaneFrame({ is: 'ack', received }))

describe('PeerLanes', () => {
  it('prefers TLS as soon as it is there, and goes back when it is gone', async () => {
    const { lanes, add } = setup()
    const stream = add('stream')
    expect(await lanes.ready()).toBe(stream)
    const tls = add('tls')
    expect(await lanes.ready()).toBe(tls)
    tls.close()
    expect(await lanes.ready()).toBe(stream)
  })

  it('waits a moment for TLS that is on its way rather than open a stream', async () => {
    const { lanes, add, opened, clock } = setup({ isTlsComing: true })
    const ready = lanes.ready()
    clock.advance(LANE_OPEN_TIMEOUT_MS - 1)
    const tls = add('tls')
    expect(await ready).toBe(tls)
    expect([opened(), clock.pending]).toEqual([0, 0])
  })

  it.each(['is late', 'fails', 'is not coming'])('opens a stream when TLS %s', async (fate) => {
    const { lanes, opened, clock } = setup({ isTlsComing: fate !== 'is not coming' })
    const ready = lanes.ready()
    expect(opened()).toBe(fate === 'is not coming' ? 1 : 0)
    if (fate === 'is late') clock.advance(LANE_OPEN_TIMEOUT_MS)
    if (fate === 'fails') lanes.tlsFailed()
    expect((await ready).kind).toBe('stream')
    expect([opened(), clock.pending]).toEqual([1, 0])
  })

  it('passes acknowledgements on in the order of sending, whichever lane they come by', () => {
    const { lanes, add } = setup()
    const [stream, tls] = [add('stream'), add('tls')]
    const sender = new RecordingSender()
    send(lanes, stream, 1, sender)
    send(lanes, tls, 2, sender)
    ack(tls, 100)
    expect(sender.said).toEqual([])
    ack(stream, 100)
    expect(sender.said).toEqual(['acknowledged 100 of 1', 'acknowledged 100 of 2'])
  })

  it('tells whoever had something out on a lane that it is lost, once, and nobody else', () => {
    const { lanes, add } = setup()
    const [stream, tls] = [add('stream'), add('tls')]
    const [hit, other] = [new RecordingSender(), new RecordingSender()]
    let done = 0
    send(lanes, tls, 1, hit, () => done++)
    send(lanes, stream, 2, other)
    send(lanes, stream, 3, hit)
    tls.close()
    expect([hit.said, other.said, done]).toEqual([['lane lost'], [], 1])
    // What it had out on the other lane was begun anew as well: late acknowledgements are nobody's.
    ack(stream, 200)
    expect([hit.said, other.said]).toEqual([['lane lost'], ['acknowledged 100 of 2']])
  })

  it('reports a lane that ended by a violation', () => {
    const { add, violations } = setup()
    ack(add('stream'), 5)
    expect(violations).toEqual(['more acknowledged than was sent'])
  })
})
