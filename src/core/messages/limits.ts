/** People a history is kept with; beyond, who was silent for longest is forgotten. New identities cost nothing. */
export const MAX_PEOPLE = 500
/** Messages kept of each; the oldest go first. With the longest notes that is 24 MB. */
export const MAX_MESSAGES_EACH = 2_000
/** Messages a page is given of a conversation at once. */
export const CONVERSATION_PAGE = 100
/** Rounds of offers shown; older ones go, what they offered stays in the conversations. */
export const MAX_ROUNDS = 8
/** Offers of one round under way at once: enough that an absent laptop holds nobody up. */
export const OFFERS_AT_ONCE = 8
/** How often the progress of offers is looked at while any is open, ms. */
export const PROGRESS_MS = 1_000
/** A receiver tells how far it is this often at most, ms; who is in the same swarm knows it sooner. */
export const REPORT_EVERY_MS = 5_000
/** Changes are gathered this long before a page is told, ms. */
export const GATHER_MS = 200
/** Of somebody looked for by name: others of the same name may need this long to show themselves, ms. */
export const NAMESAKES_MS = 500
/** An offer older than this that nobody took is no longer watched for progress, ms; its receiver may still answer. */
export const OFFER_WATCHED_MS = 24 * 60 * 60_000
/** How often a share that is still being read is looked at, ms. */
export const READY_CHECK_MS = 200
/** How long another connection's write to the history is waited for: there is none but a copy being made by hand. */
export const HISTORY_BUSY_MS = 5_000
