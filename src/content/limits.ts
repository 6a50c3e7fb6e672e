/** A root lists page hashes only; 256 KiB holds every page of the largest share and is read before anything is trusted. */
export const MAX_ROOT_BYTES = 256 * 1024

/** Entries (files and empty folders) of one share: what a laptop's file system and a list in a window still bear. */
export const MAX_ENTRIES = 1_000_000

/** Folders that entries imply: a path of 1024 bytes may name 500 of them, so entries alone do not bound them. */
export const MAX_FOLDERS = 1_000_000

/** UTF-8 bytes of a path inside a share: macOS takes 1024 with the target folder, Linux 4096. Bounds an entry page too. */
export const MAX_PATH_BYTES = 1024

/** UTF-8 bytes of one name: the limit of ext4, APFS and (in UTF-16 units, never more than bytes) NTFS. */
export const MAX_NAME_BYTES = 255

/** Sizes are added as doubles: beyond 2^53−1 sums would silently round. */
export const MAX_SHARE_BYTES = Number.MAX_SAFE_INTEGER

/** A page is parsed in one go, so its length bounds the pause: 2 ms for 1024 ordinary entries, 40 ms for the longest. */
export const ENTRIES_PER_PAGE = 1024

/** 8192 hashes are 256 KiB: a page as large as a middling chunk. */
export const HASHES_PER_PAGE = 8192

/** SHA-256. */
export const HASH_BYTES = 32

/** The last chunk needs N−1 serial copies, so small shares want small chunks; below 32 KiB control messages dominate. */
export const MIN_CHUNK_BYTES = 32 * 1024

/** A chunk is hashed and lost whole; 8 MiB is under 0.1 s at 1 Gbit/s. */
export const MAX_CHUNK_BYTES = 8 * 1024 * 1024

/** Enough pieces that all peers have something to trade, few enough to announce each one. */
export const TARGET_CHUNKS = 1024

/** Bitmaps are sent in one message and kept per peer: 2^22 bits are 512 KiB, and 32 TiB in the largest chunks. */
export const MAX_CHUNKS = 2 ** 22

/** CBOR of the shortest entry: array head 1, text head 1, path 1, size 1, flags 1. */
export const MIN_ENTRY_BYTES = 5

/** CBOR of the longest entry: array head 1, text head 3, path, size 9, flags 1. */
export const MAX_ENTRY_BYTES = 1 + 3 + MAX_PATH_BYTES + 9 + 1

/** An entry page's exact length is not in the root: a receiver bounds it by this before it takes the bytes. */
export const MAX_ENTRY_PAGE_BYTES = 3 + ENTRIES_PER_PAGE * MAX_ENTRY_BYTES

/** Longest link, characters: more than a QR code carries (2953 bytes), since pasted links may hold more addresses. */
export const MAX_LINK_LENGTH = 8192

/** Key-value pairs of a link, unknown ones included. */
export const MAX_LINK_PAIRS = 64

/** Characters of one multiaddress or URL in a link: a DNS name has at most 253, the rest is ports and a peer id. */
export const MAX_LINK_ADDRESS_LENGTH = 512

/** Multiaddresses in a link: two address families on eight interfaces, twice over. Each is dialled, so it must be few. */
export const MAX_LINK_PEERS = 32

/** HTTP origins in a link: one per address of the sharer. */
export const MAX_LINK_ORIGINS = 32

/** Trackers in a link. Each is asked on every look-up. */
export const MAX_LINK_TRACKERS = 8

/** Title of a share that another laptop told of, characters: one line of a list. */
export const MAX_CARD_TITLE = 120

/** Addresses in what a peer signs of itself, and bytes of one: a laptop has a handful. */
export const MAX_SIGNED_ADDRESSES = 16
export const MAX_SIGNED_ADDRESS_BYTES = 256
