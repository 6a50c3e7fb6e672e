/** How often shares that move are looked at, ms: often enough for a bar that glides, seldom enough to cost nothing. */
export const SHARE_TICK_MS = 500
/** Neighbours that come or go show after at most this long, ms: no eye sees it, and they come many at a time. */
export const PEERS_SHOWN_MS = 250
/** Nothing moves: a look this often catches what no event told, ms. */
export const IDLE_TICK_MS = 5_000
/** Samples of the rate plot: five minutes at one a second. */
export const MAX_RATE_SAMPLES = 300
/** Rates shown are averages over this long, ms: shorter jumps about, longer lags. */
export const RATE_WINDOW_MS = 3_000
/** A page may send at most this many uploads at once; each holds a folder on disk. */
export const MAX_UPLOADS = 8
/** Files in one upload: the share format's own bound. */
export const MAX_UPLOAD_FILES = 1_000_000
/** An upload nobody has written to for this long is removed, ms. */
export const UPLOAD_IDLE_MS = 10 * 60_000
/** A detail view is sent this often, ms. */
export const DETAIL_MS = 500
/** `p=` hints put into a link: enough for every interface of a laptop, short enough to copy. */
export const MAX_LINK_HINTS = 8
/** A download that got nothing for this long is waiting, whatever a source promises, ms: far more than a part takes. */
export const STILL_MS = 10_000
/** Entries for content that was shared again and again which the last one still answers for. */
export const MAX_FORMER_IDS = 64
/** A complete share looks for others this long when it starts, ms: afterwards those who want it ask. */
export const COMPLETE_SEEK_MS = 5_000

/** A download over HTTP looks for the server again after this long without it; its address may have changed. Milliseconds. */
export const HTTP_RETRY_FIRST_MS = 500
export const HTTP_RETRY_MAX_MS = 10_000
/** A server that stopped answering is waited for this long before another of the link's addresses is tried, ms. */
export const HTTP_CHANGE_SERVER_MS = 10_000
/** After trouble with the disk it is tried again this often, ms. */
export const HTTP_DISK_RETRY_MS = 5_000
