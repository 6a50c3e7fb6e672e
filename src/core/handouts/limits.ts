/** Files offered at once and not fetched yet: a person saves one after the other, and they are held in memory. */
export const MAX_OFFERS = 4

/** A page fetches what it asked for at once. Milliseconds. */
export const OFFER_MS = 60_000

/** Random bytes of a ticket: not to be guessed by another user of this machine. */
export const TICKET_BYTES = 18
