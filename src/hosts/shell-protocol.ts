/**
 * What the core (in Electron's utility process) and the shell (Electron's main process) say to each other beside the
 * contract: the few things only a shell can do. Both sides read strictly; what is none of these is dropped.
 */
import { z } from 'zod'
import { MAX_RACER_OPTIONS, MAX_SHELL_TEXT } from './limits.ts'

const textSchema = z.string().max(MAX_SHELL_TEXT)
const idSchema = z.number().int().nonnegative()
const whatSchema = z.enum(['file', 'folder'])

const coreMessageSchema = z.discriminatedUnion('is', [
  /** Show a file or folder in the system's file manager. */
  z.strictObject({ is: z.literal('reveal'), path: textSchema }),
  /** Open a native dialog; answered by `picked` with the same id. */
  z.strictObject({ is: z.literal('pick'), id: idSchema, what: whatSchema }),
  /** Whether something is being transferred: keep the machine awake, ask before quitting. */
  z.strictObject({ is: z.literal('transferring'), transferring: z.boolean() }),
  z.strictObject({ is: z.literal('notify'), title: textSchema, body: textSchema }),
  /** Start the racer's program in a process of its own; answered by `racer`, and by `racer-gone` once it is no more. */
  z.strictObject({ is: z.literal('start-racer'), id: idSchema, options: z.string().max(MAX_RACER_OPTIONS) }),
  /** End it at once. */
  z.strictObject({ is: z.literal('kill-racer'), id: idSchema }),
  /** The core cannot start, and why; the process ends. */
  z.strictObject({ is: z.literal('failed'), message: textSchema }),
])

const shellMessageSchema = z.discriminatedUnion('is', [
  /** A page's message port comes along. */
  z.strictObject({ is: z.literal('page') }),
  /** The paths of a dialog; none when it was cancelled. */
  z.strictObject({ is: z.literal('picked'), id: idSchema, paths: z.array(textSchema).max(1024) }),
  /** A racer was started: a port to it comes along. */
  z.strictObject({ is: z.literal('racer'), id: idSchema }),
  /** A racer ended, or could not be started, and why. */
  z.strictObject({ is: z.literal('racer-gone'), id: idSchema, reason: textSchema }),
  /** End in good order. */
  z.strictObject({ is: z.literal('stop') }),
])

export type CoreMessage = z.infer<typeof coreMessageSchema>
export type ShellMessage = z.infer<typeof shellMessageSchema>

/** A message of the core, or undefined when it is none. */
export function parseCoreMessage(value: unknown): CoreMessage | undefined {
  return coreMessageSchema.safeParse(value).data
}

/** A message of the shell, or undefined when it is none. */
export function parseShellMessage(value: unknown): ShellMessage | undefined {
  return shellMessageSchema.safeParse(value).data
}
