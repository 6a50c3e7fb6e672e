import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'

/** Limits of what a page may ask; the lab has its own below these. */
const MAX_TEXT = 4_096
const MAX_WRITE_BYTES = 8 * 1024 * 1024
const MAX_READ_BYTES = 65_536
/** A segment's checksum is shown word by word. */
const MAX_SEGMENT_TEXT = 512
const MAX_FLIPS = 64
const MAX_MESSAGES = 16
const MAX_LINES = 8

const idSchema = z.string().min(1).max(64)
const portSchema = z.number().int().min(0).max(65_535)
const typedAddressSchema = z.string().min(1).max(45)
const descriptorSchema = z.number().int().min(0)
const u32Schema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1)

export const domainSchema = z.enum(['PF_INET', 'PF_INET6'])
export const socketTypeSchema = z.enum(['SOCK_STREAM', 'SOCK_DGRAM'])
export const socketAddressSchema = z.object({ address: z.string(), port: z.number() })
export type SocketAddressView = z.infer<typeof socketAddressSchema>

const dataSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('text'), text: z.string().max(MAX_TEXT) }),
  z.object({ is: z.literal('filler'), bytes: z.number().int().min(0).max(MAX_WRITE_BYTES) }),
])

const readLengthSchema = z.number().int().min(1).max(MAX_READ_BYTES)

/** A call of the socket interface, with the arguments the textbook gives it. */
export const labCallSchema = z.discriminatedUnion('call', [
  z.object({
    call: z.literal('socket'),
    domain: domainSchema,
    type: socketTypeSchema,
    protocol: z.number().int().min(0).max(255),
  }),
  z.object({
    call: z.literal('bind'),
    sockfd: descriptorSchema,
    address: typedAddressSchema,
    port: portSchema,
  }),
  z.object({
    call: z.literal('listen'),
    sockfd: descriptorSchema,
    backlog: z.number().int().min(0).max(128),
  }),
  z.object({ call: z.literal('accept'), sockfd: descriptorSchema }),
  z.object({
    call: z.literal('connect'),
    sockfd: descriptorSchema,
    address: typedAddressSchema,
    port: portSchema,
  }),
  z.object({ call: z.literal('write'), sockfd: descriptorSchema, data: dataSchema }),
  z.object({ call: z.literal('read'), sockfd: descriptorSchema, length: readLengthSchema }),
  z.object({
    call: z.literal('sendto'),
    sockfd: descriptorSchema,
    data: dataSchema,
    address: typedAddressSchema,
    port: portSchema,
  }),
  z.object({ call: z.literal('recvfrom'), sockfd: descriptorSchema, length: readLengthSchema }),
  z.object({
    call: z.literal('shutdown'),
    sockfd: descriptorSchema,
    how: z.enum(['SHUT_RD', 'SHUT_WR', 'SHUT_RDWR']),
  }),
  z.object({ call: z.literal('close'), sockfd: descriptorSchema }),
])
export type LabCallView = z.infer<typeof labCallSchema>

/** Why the lab itself would not make a call. */
export const labRefusalSchema = z.enum([
  'loopback-only',
  'broadcast',
  'forbidden-port',
  'bad-address',
  'family-mismatch',
  'unknown-descriptor',
  'too-many-sockets',
  'too-many-bytes',
  'too-many-steps',
  'process-blocked',
  'process-ended',
])
export type LabRefusal = z.infer<typeof labRefusalSchema>

export const labStepStateSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('running') }),
  /** The process waits in this call. */
  z.object({ is: z.literal('blocked') }),
  z.object({
    is: z.literal('done'),
    result: z.object({
      /** What C would see: a descriptor, a number of bytes, or 0. */
      value: z.number(),
      peer: socketAddressSchema.optional(),
      received: z.object({ bytes: z.number(), text: z.string() }).optional(),
    }),
  }),
  /** The call returned −1; the error's name. */
  z.object({ is: z.literal('failed'), errno: z.string() }),
  z.object({ is: z.literal('interrupted') }),
  z.object({ is: z.literal('refused'), why: labRefusalSchema }),
])
export const labStepSchema = z.object({ id: z.number(), call: labCallSchema, state: labStepStateSchema })
export type LabStepView = z.infer<typeof labStepSchema>

export const labDescriptorSchema = z.object({
  sockfd: z.number(),
  domain: domainSchema,
  type: socketTypeSchema,
  role: z.enum(['socket', 'listening', 'accepted']),
  local: socketAddressSchema.nullable(),
  remote: socketAddressSchema.nullable(),
  sent: z.number(),
  received: z.number(),
})
export type LabDescriptorView = z.infer<typeof labDescriptorSchema>

export const socketStateSchema = z.enum([
  'LISTEN',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
  'CLOSED',
  'UNCONNECTED',
  'CONNECTED',
])
export type SocketStateView = z.infer<typeof socketStateSchema>

const rowFields = {
  protocol: z.enum(['tcp', 'udp']),
  local: socketAddressSchema,
  remote: socketAddressSchema.nullable(),
  state: socketStateSchema,
  /** Bytes sent and not acknowledged; arrived and not read. Of a listening socket, the latter counts connections. */
  sendQueue: z.number(),
  receiveQueue: z.number(),
}
const tableSourceSchema = z.enum(['proc', 'ss', 'netstat', 'lsof', 'none'])

export const labEndSchema = z.object({
  id: z.string(),
  role: z.enum(['server', 'client']),
  process: z.discriminatedUnion('is', [
    z.object({ is: z.literal('not-started') }),
    z.object({ is: z.literal('starting') }),
    z.object({ is: z.literal('running'), pid: z.number() }),
    z.object({ is: z.literal('ended'), why: z.enum(['died', 'no-system-calls']) }),
  ]),
  steps: z.array(labStepSchema),
  descriptors: z.array(labDescriptorSchema),
  /** The textbook's next call; null while the process waits, and off the path. */
  next: labCallSchema.nullable(),
})
export type LabEndView = z.infer<typeof labEndSchema>

export const labRowSchema = z.object({
  ...rowFields,
  /** A socket of a process; a connection that waits to be accepted; one that only the kernel still keeps. */
  owner: z.discriminatedUnion('is', [
    z.object({ is: z.literal('descriptor'), end: z.string(), sockfd: z.number() }),
    z.object({ is: z.literal('queue'), end: z.string() }),
    z.object({ is: z.literal('kernel') }),
  ]),
})
export type LabRowView = z.infer<typeof labRowSchema>

export const labSchema = z.object({
  lab: z.string(),
  reach: z.enum(['loopback', 'network']),
  /** Addresses a socket may be bound to, INADDR_ANY first where it is allowed. */
  addresses: z.object({ PF_INET: z.array(z.string()), PF_INET6: z.array(z.string()) }),
  ends: z.array(labEndSchema),
  /** What the system's own table says of the lab's sockets. */
  table: z.object({ source: tableSourceSchema, rows: z.array(labRowSchema) }),
  bytesLeft: z.number(),
})
export type LabView = z.infer<typeof labSchema>

export const labPlanSchema = z.object({
  /** `network`: other laptops may play the other end. */
  reach: z.enum(['loopback', 'network']),
  program: z.enum(['echo', 'chat']),
  domain: domainSchema,
  type: socketTypeSchema,
  address: typedAddressSchema,
  port: portSchema,
  backlog: z.number().int().min(0).max(128),
  lines: z.object({
    client: z.array(z.string().max(MAX_TEXT)).max(MAX_LINES),
    server: z.array(z.string().max(MAX_TEXT)).max(MAX_LINES),
  }),
})
export type LabPlanView = z.infer<typeof labPlanSchema>

export const codeLanguageSchema = z.enum(['c', 'python', 'node'])
export type CodeLanguage = z.infer<typeof codeLanguageSchema>

/** A segment as it is edited. */
export const segmentRequestSchema = z.object({
  protocol: z.enum(['udp', 'tcp']),
  source: z.object({ address: typedAddressSchema, port: portSchema }),
  destination: z.object({ address: typedAddressSchema, port: portSchema }),
  message: z.string().max(MAX_SEGMENT_TEXT),
  /** Of UDP: `none` sends zero. */
  checksum: z.enum(['computed', 'none']).default('computed'),
  tcp: z
    .object({
      sequence: u32Schema,
      acknowledgment: u32Schema,
      window: z.number().int().min(0).max(65_535),
      flags: z.array(z.enum(['cwr', 'ece', 'urg', 'ack', 'psh', 'rst', 'syn', 'fin'])).max(8),
    })
    .optional(),
  /** Bits of the segment that change on the way, counted from its start. */
  flips: z.array(z.number().int().min(0).max(524_280)).max(MAX_FLIPS).default([]),
})
export type SegmentRequest = z.input<typeof segmentRequestSchema>

export const segmentFieldSchema = z.object({
  name: z.enum([
    'source-port',
    'destination-port',
    'length',
    'checksum',
    'sequence',
    'acknowledgment',
    'data-offset',
    'reserved',
    'flags',
    'window',
    'urgent-pointer',
    'options',
    'data',
  ]),
  bit: z.number(),
  bits: z.number(),
  value: z.number().optional(),
  flags: z.array(z.string()).optional(),
})
export type SegmentFieldView = z.infer<typeof segmentFieldSchema>

export const checksumStepSchema = z.object({
  part: z.enum(['pseudo-header', 'header', 'data']),
  offset: z.number(),
  word: z.number(),
  padded: z.boolean(),
  raw: z.number(),
  sum: z.number(),
})
export type ChecksumStepView = z.infer<typeof checksumStepSchema>

const traceSchema = z.object({ steps: z.array(checksumStepSchema), sum: z.number(), complement: z.number() })

export const segmentSchema = z.object({
  /** As it was sent, and as it arrived. Hex. */
  sent: z.string(),
  arrived: z.string(),
  pseudoHeader: z.string(),
  /** Of what arrived. */
  fields: z.array(segmentFieldSchema),
  /** How the sender made the checksum: its field is zero while it is summed. */
  sender: traceSchema,
  /** How the receiver checks it: with the field, the sum of an intact segment is ffff. */
  receiver: traceSchema,
  verdict: z.enum(['good', 'bad', 'absent', 'forbidden', 'malformed']),
  /** What the receiving socket is given; null when the segment is thrown away. */
  delivered: z.string().nullable(),
  /** Two bits whose flips cancel out in the sum, when there are such. */
  blindSpot: z.tuple([z.number(), z.number()]).nullable(),
})
export type SegmentView = z.infer<typeof segmentSchema>

/** Several sockets sending at once. */
export const trafficRequestSchema = z.object({
  protocol: z.enum(['udp', 'tcp']),
  messages: z
    .array(
      z.object({
        from: z.number().int().min(0).max(3),
        to: z.number().int().min(0).max(1),
        text: z.string().min(1).max(64),
      }),
    )
    .min(1)
    .max(MAX_MESSAGES),
})

const trafficSocketSchema = z.object({
  id: z.string(),
  local: socketAddressSchema,
  remote: socketAddressSchema.nullable(),
})

export const trafficSchema = z.object({
  protocol: z.enum(['udp', 'tcp']),
  senders: z.array(trafficSocketSchema),
  receivers: z.array(trafficSocketSchema),
  /** In the order they were handed down. */
  messages: z.array(
    z.object({
      from: z.string(),
      text: z.string(),
      source: socketAddressSchema,
      destination: socketAddressSchema,
      /** Which socket the rules give it to, and by which rule. */
      rule: z.enum(['four-tuple', 'address-and-port', 'any-address']).nullable(),
      expected: z.string().nullable(),
      /** Which socket it really came out of. */
      observed: z.string().nullable(),
    }),
  ),
})
export type TrafficView = z.infer<typeof trafficSchema>

export const connectionPurposeSchema = z.enum([
  'peers',
  'lane',
  'mdns',
  'http',
  'dns',
  'smtp',
  'pop3',
  'imap',
  'page',
  'other',
])
export type ConnectionPurpose = z.infer<typeof connectionPurposeSchema>

/** A socket of the app itself. */
export const connectionSchema = z.object({
  ...rowFields,
  purpose: connectionPurposeSchema,
  /** Who waited to be contacted is the server; who started, the client. Null where UDP has neither. */
  role: z.enum(['server', 'client']).nullable(),
  /** Bytes since it was opened; null where nobody counts. */
  sent: z.number().nullable(),
  received: z.number().nullable(),
  /** Who is at the other end, when that is a laptop we know. */
  peer: z.string().nullable(),
  /** What runs over it side by side, of a connection between peers. */
  streams: z.array(z.object({ protocol: z.string(), role: z.enum(['server', 'client']) })),
})
export type ConnectionView = z.infer<typeof connectionSchema>

export const connectionsSchema = z.object({
  process: z.object({ pid: z.number(), name: z.string() }),
  source: tableSourceSchema,
  connections: z.array(connectionSchema),
})
export type ConnectionsView = z.infer<typeof connectionsSchema>

const oneLabSchema = z.object({ lab: idSchema })
const oneEndSchema = z.object({ lab: idSchema, end: idSchema })

export const socketsContract = {
  lab: {
    /** Opens a lab that lives as long as it is watched: its processes and sockets end with the page. */
    open: base.input(labPlanSchema).output(eventIterator(labSchema)),
    /** Has a process make a call. How it goes is seen in the lab. */
    call: base.input(oneEndSchema.extend({ call: labCallSchema })).output(z.object({ step: z.number() })),
    /** Lets a process out of the call it waits in. */
    interrupt: base.input(oneEndSchema).output(z.void()),
    addClient: base.input(oneLabSchema).output(z.object({ end: idSchema })),
    /** The steps of a process as a program. */
    code: base
      .input(oneEndSchema.extend({ language: codeLanguageSchema }))
      .output(z.object({ code: z.string() })),
  },
  segment: base.input(segmentRequestSchema).output(segmentSchema),
  /** The same as a capture file for Wireshark, base64: what was sent, then what arrived. */
  capture: base.input(segmentRequestSchema).output(z.object({ pcapng: z.string() })),
  /** Sends the messages through real sockets on loopback, and tells which socket each came out of. */
  traffic: base.input(trafficRequestSchema).output(trafficSchema),
  /** About once a second, while it is watched. `pagePort`: the port the page itself was loaded from. */
  connections: base
    .input(z.object({ pagePort: portSchema.optional() }))
    .output(eventIterator(connectionsSchema)),
}
