/** Resolutions kept for the page: as many as it shows, since a hostile one has hundreds of records. */
export const MAX_RECENT = 8

/** The view changes at most so often, however many questions come in. Milliseconds. */
export const VIEW_EVERY_MS = 200

/** Records of one resolution that the page is told. */
export const MAX_SHOWN_RECORDS = 64

/** Characters of a zone's name: it is a file's name too, with every other character three. */
export const MAX_ORIGIN_TEXT = 80

/** Zone files read at the start: more than the tree has addresses for are not of our making. */
export const MAX_ZONE_FILES = 128

/** Octets of a page behind a name that are read: the title is near the beginning. */
export const MAX_PAGE_BYTES = 65_536

/** Time for that page. Milliseconds. */
export const PAGE_TIMEOUT_MS = 5_000

/** Ports told for other laptops' name servers. */
export const MAX_TOLD_PORTS = 4_096
