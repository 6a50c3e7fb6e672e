import { z } from 'zod'
import { peerSourceKindSchema } from './network.ts'

/** What `shoal status --json` prints, to the letter. */
export const statusSchema = z.object({
  pid: z.number(),
  rssBytes: z.number(),
  lanePort: z.number().nullable(),
  sources: z.array(z.object({ kind: peerSourceKindSchema, state: z.string() })),
  transfers: z.array(
    z.object({
      cid: z.string(),
      sent: z.number(),
      received: z.number(),
      lane: z.enum(['tls', 'stream']).nullable(),
      peers: z.number(),
    }),
  ),
})
export type Status = z.infer<typeof statusSchema>
