import { oc } from '@orpc/contract'
import { problemSchema } from './share.ts'

/** Every procedure begins here: each failure of a call is this one error, and `data` carries the code to act on. */
export const base = oc.errors({ SHOAL: { status: 400, data: problemSchema } })
