/** Ports that are used unless others are asked for; above 1024, so that nobody needs to be root. */
export const DEFAULT_PORTS = { http: 8420, dns: 5300, smtp: 2525, pop3: 1110, imap: 1143 } as const

/** When a default port is taken, the following ones are tried: a few laptops' worth of homes on one machine. */
export const PORTS_TRIED = 50

/** A port that is free on one address may be taken on another: any free one is drawn again this often. */
export const ANY_PORT_DRAWS = 10

/** Addresses of an HTTP server put into a link: enough for every interface, short enough to copy. */
export const MAX_LINK_ORIGINS = 8
