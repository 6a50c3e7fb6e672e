import { z } from 'zod'

/** Bits per second; 0 is no limit. 1 Tbit/s bounds what is typed by mistake. */
const rateSchema = z.number().min(0).max(1e12)

/** What a person may set. Versioned on disk; unknown keys are dropped. */
export const settingsSchema = z.object({
  /** What this laptop is called, as others see it. */
  name: z.string().trim().min(1).max(64),
  downloadDir: z.string().min(1).max(4096),
  limitUp: rateSchema,
  limitDown: rateSchema,
  /** Names of network interfaces not to use. */
  excludedInterfaces: z.array(z.string().max(64)).max(64),
  /** Names outside the tree of Shoal may be asked of the system's resolvers. */
  otherNames: z.boolean(),
  /** Shown to others under Nearby. */
  visible: z.boolean(),
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'ko']),
})
export type Settings = z.infer<typeof settingsSchema>
