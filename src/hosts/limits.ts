/** Bytes of one uploaded file: more than a page can hold a handle to by accident; the disk ends it earlier. */
export const MAX_UPLOAD_BYTES = 2 ** 40

/** Uploads received at a time: a browser opens six connections to a host. */
export const MAX_UPLOADS_AT_ONCE = 16

/** Milliseconds an upload may stand still before its connection is cut. */
export const UPLOAD_IDLE_MS = 60_000

/** Milliseconds for a request's headers: everybody who may ask is on this machine. */
export const HEADERS_TIMEOUT_MS = 10_000

/** Connections to the loopback listener: pages, commands and uploads of one person. */
export const MAX_CONNECTIONS = 128

/** Random bytes of a token: not to be guessed by another user of this machine. */
export const TOKEN_BYTES = 32

/** Longest `core.json` that is read, bytes. */
export const MAX_CORE_FILE_BYTES = 16_384

/** Milliseconds to wait for a core that holds the home but does not answer yet (it is starting, or ending). */
export const RUNNING_CORE_TIMEOUT_MS = 15_000

/** Milliseconds between two looks for it. */
export const RUNNING_CORE_POLL_MS = 100

/** Milliseconds between two looks whether the parent still lives. */
export const PARENT_POLL_MS = 1000

/** Milliseconds a core that is told to end may take to say goodbye to its peers before the process ends anyway. */
export const STOP_DEADLINE_MS = 8000

/** Laptops of a practice: with a third one, those who fetch also give to each other. */
export const PRACTICE_LAPTOPS = 3

/** Bytes passed round in a practice: some four hundred chunks; with a hundred, a third of the code runs too seldom to be compiled. */
export const PRACTICE_BYTES = 12 * 1024 * 1024

/** Milliseconds a practice may take; on a machine where everybody practises at once it is left half-way. */
export const PRACTICE_DEADLINE_MS = 30_000

/** Longest text of a notice or path between core and shell, characters. */
export const MAX_SHELL_TEXT = 16_384

/** Longest options of a racer, characters: the path of a folder and a little more. */
export const MAX_RACER_OPTIONS = 32_768

/** Dialogs open at a time: a person answers one. */
export const MAX_OPEN_DIALOGS = 8

/** Ports of pages that came before the core was up: a window and its reloads. */
export const MAX_WAITING_PAGES = 16

/** Milliseconds between pings to a page in the shell's window, so that it notices a core that hangs. */
export const PAGE_PING_MS = 10_000

/** Bytes of a refused upload that are read and thrown away so that its sender gets the answer; beyond that it is cut. */
export const MAX_DRAINED_BYTES = 67_108_864
