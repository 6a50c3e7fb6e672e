/** Aliases followed within our own zones for one answer; a resolver asks on from the last. */
export const MAX_ALIASES = 16

/** Zones one server answers for. */
export const MAX_ZONES = 1_024

/** Answers alike to one network in a second, and at once: a resolver asks one thing once, and a class sits behind one address. */
export const ANSWERS_PER_SECOND = 20
export const ANSWERS_AT_ONCE = 40

/** Every so many of the answers that are held back goes out as TC: who was not forged asks again by TCP. */
export const SLIP = 2

/** Networks and answers whose rate is remembered; the longest unseen are forgotten first. */
export const MAX_RATED = 16_384

/** Bits of an address that make one network: an attacker forges any address of his victim's. */
export const IPV4_NETWORK_BITS = 24
export const IPV6_NETWORK_BITS = 56
