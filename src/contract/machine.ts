import { z } from 'zod'

/** Where something was measured. */
export const machineSchema = z.object({
  platform: z.string(),
  cores: z.number(),
  processor: z.string(),
  version: z.string(),
})
export type Machine = z.infer<typeof machineSchema>
