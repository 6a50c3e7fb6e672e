import { cpus } from 'node:os'

const KIB = 1024
const MIB = 1024 * KIB

/** Part buffers of the whole app: eight of the largest chunks in flight, a quarter of the memory a core may use. */
export const MAX_POOL_BYTES = 64 * MIB
/** The largest single buffer: a chunk (8 MiB) fits, and so does any page. */
export const MAX_BUFFER_BYTES = 8 * MIB
/** Smaller buffers are rounded up to this, so that few sizes are kept. */
export const MIN_BUFFER_BYTES = 32 * KIB

/** More than a buffer's power of two, for what goes before its blocks on the way out: 64 headers of 16 bytes. */
export const BUFFER_ROOM_BYTES = KIB

/** Reads and writes up to this are done on the core's own thread: 0.15 ms, hash included. */
export const MAX_INLINE_BYTES = 128 * 1024
/** One that took longer waited: for a slow disk, or for the processor that others had meanwhile. Milliseconds. */
export const INLINE_SLOW_MS = 20
/** So many slow ones close together are the disk; on a busy machine one in fifty is slow. */
export const INLINE_SLOW_JOBS = 3
/** Quick ones that make up for a slow one. */
export const INLINE_QUICK_JOBS = 5
/** One that took this long is the disk, ms: no scheduler waits so long, and the thread must not wait so again. */
export const INLINE_STALL_MS = 200
/** After that everything goes to the workers for so long, ms. */
export const INLINE_PAUSE_MS = 2_000

/** Threads that hash, read and write. Two saturate a gigabit link several times over; more only take memory. */
export const WORKERS = Math.min(2, Math.max(1, cpus().length))
/** Jobs given to one worker at a time: one runs while the next is already there. */
export const JOBS_PER_WORKER = 2
/** A worker's young generation, MiB: its garbage is small messages. */
export const WORKER_YOUNG_MIB = 2
/** The old generation of a thread that makes a share, MiB: the names of one folder of 10⁶ files need about 200. */
export const MAKER_HEAP_MIB = 256
/** A worker that crashes again and again waits this long before it is started once more. */
export const WORKER_RESTART_MS = 250

/** Open files per worker: large files are written and read in turn, and 256 is the smallest limit of any system. */
export const MAX_OPEN_FILES = 48

/** Bytes read ahead as one unit when a chunk is served: one message to a worker per MiB. */
export const READ_UNIT_BYTES = MIB
/** Units kept for readers of the same chunk, over all shares. */
export const READ_CACHE_BYTES = 24 * MIB

/** Records of one message from a scanning worker: about 100 KiB. */
export const SCAN_BATCH = 512
/** Folders inside folders; deeper trees do not fit into a path of 1024 bytes anyway. */
export const MAX_DEPTH = 512
/** Examples of what was left out. */
export const MAX_EXAMPLES = 10

/** The main thread is given back after this much work on the catalogue. */
export const SLICE_MS = 8

/**
 * A file changed less than this before it was read is not trusted to the hash cache: another change within one tick of
 * the file system's clock (4 ms on ext4, 10 ms elsewhere) would not show.
 */
export const RACY_MS = 100
/** The same for file systems that keep whole or even seconds only (FAT). */
export const RACY_COARSE_MS = 2_100
/** Hashes of files not seen for this long are forgotten. */
export const HASH_CACHE_DAYS = 180

/** A file that changes while it is hashed is read again this often. */
export const HASH_RETRIES = 3

/** Data and bitmap are flushed to the device after this many bytes or milliseconds: what a power cut may cost. */
export const CHECKPOINT_BYTES = 64 * MIB
export const CHECKPOINT_MS = 5_000

/** How often a full or forbidden disk is tried again. */
export const RETRY_MS = 3_000
/** Bytes written to find out whether writing works again. */
export const PROBE_BYTES = 64 * KIB

/** `name (2)` … `name (9999)`; then something is wrong. */
export const MAX_NAME_TRIES = 9_999

/** Page cache of the catalogue, KiB. */
export const CATALOGUE_CACHE_KIB = 4 * KIB
/** A lock of the catalogue held by another connection (a backup program) is waited for. */
export const CATALOGUE_BUSY_MS = 5_000

/** Chunks read at a time when a share is checked: two for each worker. */
export const CHECKS_AT_ONCE = 4
/**
 * A download of more entries than this is not looked over once more when it is closed in good order: closing stays
 * quick, and its packed chunks are read again instead when it is taken up.
 */
export const MAX_CLOSING_ENTRIES = 20_000
