/** Loopback delivers at once; what is not there by then was not delivered. Milliseconds. */
export const DELIVERY_TIMEOUT_MS = 2_000
