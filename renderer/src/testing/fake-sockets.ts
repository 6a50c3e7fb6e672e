import {
  segmentRequestSchema,
  type ConnectionsView,
  type LabView,
  type TrafficView,
} from '../../../src/contract/index.ts'
import { captureOf, segmentView } from '../../../src/core/sockets/segment-view.ts'
import type { CoreClient } from '../core/client.ts'

type Sockets = CoreClient['sockets']
type Opened = Awaited<ReturnType<Sockets['lab']['open']>>
type Listed = Awaited<ReturnType<Sockets['connections']>>

const here = (port: number): { address: string; port: number } => ({ address: '127.0.0.1', port })
const queues = { sendQueue: 0, receiveQueue: 0 }
const SERVER = here(6000)
const CLIENT = here(50_122)

/** A conversation over TCP that has just begun: the server waits in `read`. */
const LAB: LabView = {
  lab: 'fake',
  reach: 'loopback',
  addresses: { PF_INET: ['127.0.0.1'], PF_INET6: ['::1'] },
  ends: [
    {
      id: 'server',
      role: 'server',
      process: { is: 'running', pid: 4711 },
      steps: [
        step(0, { call: 'socket', domain: 'PF_INET', type: 'SOCK_STREAM', protocol: 0 }, 21),
        step(1, { call: 'bind', sockfd: 21, ...SERVER }),
        step(2, { call: 'listen', sockfd: 21, backlog: 5 }),
        {
          id: 3,
          call: { call: 'accept', sockfd: 21 },
          state: { is: 'done', result: { value: 22, peer: CLIENT } },
        },
        { id: 4, call: { call: 'read', sockfd: 22, length: 1024 }, state: { is: 'blocked' } },
      ],
      descriptors: [descriptor(21, 'listening', null), descriptor(22, 'accepted', CLIENT)],
      next: null,
    },
    {
      id: 'client',
      role: 'client',
      process: { is: 'running', pid: 4712 },
      steps: [
        step(0, { call: 'socket', domain: 'PF_INET', type: 'SOCK_STREAM', protocol: 0 }, 21),
        {
          id: 1,
          call: { call: 'bind', sockfd: 21, ...SERVER },
          state: { is: 'failed', errno: 'EADDRINUSE' },
        },
        step(2, { call: 'connect', sockfd: 21, ...SERVER }),
        {
          id: 3,
          call: { call: 'bind', sockfd: 21, address: '10.0.0.7', port: 1 },
          state: { is: 'refused', why: 'loopback-only' },
        },
      ],
      descriptors: [{ ...descriptor(21, 'socket', SERVER), local: CLIENT }],
      next: { call: 'write', sockfd: 21, data: { is: 'text', text: 'Hello!' } },
    },
  ],
  table: {
    source: 'proc',
    rows: [
      row(SERVER, null, 'LISTEN', { is: 'descriptor', end: 'server', sockfd: 21 }),
      row(SERVER, CLIENT, 'ESTABLISHED', { is: 'descriptor', end: 'server', sockfd: 22 }),
      row(CLIENT, SERVER, 'ESTABLISHED', { is: 'descriptor', end: 'client', sockfd: 21 }),
      row(SERVER, here(50_130), 'ESTABLISHED', { is: 'queue', end: 'server' }),
      row(here(50_098), SERVER, 'TIME-WAIT', { is: 'kernel' }),
    ],
  },
  bytesLeft: 1_000_000,
}

const CONNECTIONS: ConnectionsView = {
  process: { pid: 4700, name: 'shoal' },
  source: 'proc',
  connections: [
    {
      ...row(
        { address: '192.168.0.7', port: 50_200 },
        { address: '192.168.0.12', port: 42_850 },
        'ESTABLISHED',
      ),
      purpose: 'peers',
      role: 'client',
      sent: 41_000_000,
      received: 9_600,
      peer: 'Minjun',
      streams: [
        { protocol: '/shoal/swarm/1', role: 'client' },
        { protocol: '/shoal/nearby/1', role: 'server' },
      ],
    },
    {
      ...row({ address: '::', port: 8420 }, null, 'LISTEN'),
      purpose: 'http',
      role: 'server',
      sent: null,
      received: null,
      peer: null,
      streams: [],
    },
    {
      ...row({ address: '0.0.0.0', port: 5353 }, null, 'UNCONNECTED'),
      protocol: 'udp',
      purpose: 'mdns',
      role: null,
      sent: null,
      received: null,
      peer: null,
      streams: [],
    },
  ],
}

/** Sockets that exist only in this page; segments are worked as the core works them. */
export function fakeSockets(): Sockets {
  return {
    lab: {
      open: async (_plan, options) => once(LAB, options?.signal) as unknown as Opened,
      call: async () => ({ step: 0 }),
      interrupt: async () => {},
      addClient: async () => ({ end: 'client-2' }),
      code: async ({ language }) => ({ code: `# ${language}\nsocket(PF_INET, SOCK_STREAM, 0)\n` }),
    },
    segment: async (request) => segmentView(segmentRequestSchema.parse(request)),
    capture: async (request) => ({ pcapng: base64(captureOf(segmentRequestSchema.parse(request), 0)) }),
    traffic: async ({ protocol, messages }) => fakeTraffic(protocol, messages),
    connections: async (_input, options) => once(CONNECTIONS, options?.signal) as unknown as Listed,
  }
}

function fakeTraffic(
  protocol: 'udp' | 'tcp',
  messages: readonly { from: number; to: number; text: string }[],
): TrafficView {
  const socket = (id: string, port: number) => ({ id, local: here(port), remote: null })
  return {
    protocol,
    senders: [1, 2, 3, 4].map((n) => socket(`S${n}`, 40_000 + n)),
    receivers: [1, 2].map((n) => socket(`R${n}`, 6000 + n)),
    messages: messages.map(({ from, to, text }, i) => ({
      from: `S${from + 1}`,
      text: `${i + 1}: ${text}`,
      source: here(40_001 + from),
      destination: here(6001 + to),
      rule: 'address-and-port',
      expected: `R${to + 1}`,
      observed: `R${to + 1}`,
    })),
  }
}

function step(id: number, call: LabView['ends'][number]['steps'][number]['call'], value = 0) {
  return { id, call, state: { is: 'done' as const, result: { value } } }
}

function descriptor(
  sockfd: number,
  role: 'socket' | 'listening' | 'accepted',
  remote: { address: string; port: number } | null,
): LabView['ends'][number]['descriptors'][number] {
  return { sockfd, domain: 'PF_INET', type: 'SOCK_STREAM', role, local: SERVER, remote, sent: 0, received: 0 }
}

function row(
  local: { address: string; port: number },
  remote: { address: string; port: number } | null,
  state: LabView['table']['rows'][number]['state'],
  owner: LabView['table']['rows'][number]['owner'] = { is: 'kernel' },
): LabView['table']['rows'][number] {
  return { protocol: 'tcp', local, remote, state, ...queues, owner }
}

/** One value, then nothing until the watching ends. */
async function* once<T>(value: T, signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
  yield value
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
