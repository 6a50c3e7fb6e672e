/** A core that ends is started again after these, ms: at once for an accident, patiently for a fault that stays. */
export const RESTART_DELAYS_MS = [250, 1_000, 2_000, 5_000, 15_000, 30_000] as const

/** A core that ran this long counts as healthy: its next end is a new accident. */
export const HEALTHY_AFTER_MS = 60_000

/** Pause before a page whose process ended is loaded again. */
export const PAGE_RESTART_MS = 1_000

/** What a core may take to end in good order before it is killed: longer than its own deadline for that. */
export const STOP_DEADLINE_MS = 10_000

/** As long as a link may be (the grammar's own limit); longer ones are not looked at. */
export const MAX_LINK_LENGTH = 8_192

/** Longest path a system takes, with room. */
export const MAX_PATH_LENGTH = 32_768

/** What fits into a notification; systems cut off more. */
export const MAX_NOTICE_LENGTH = 512

/** Paths of one dialog: as many as the core takes at a time. */
export const MAX_PICKED = 1_024

/** Racers at a time: 64 downloaders and 16 servers of a race here, and one in the race of another laptop. */
export const MAX_RACERS = 81

/** Longest options of a racer that are handed on: the path of a folder, and a little more. */
export const MAX_RACER_OPTIONS = 32_768

/** What racers that lost their race may take to clean up before they are killed. */
export const RACER_END_MS = 3_000
