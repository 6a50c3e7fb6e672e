/** Bounds of comparisons, each with its reason. Sizes in bytes, times in milliseconds. */

/** How often a racer counts: fine enough to see a link stand still, seldom enough to cost nothing. */
export const SAMPLE_MS = 100
/** Samples until the next that tells processor time too. */
export const CPU_EVERY = 5
/** How often a race is shown. */
export const LIVE_MS = 200
/** Points of one downloader's curve kept in a result: more than a screen shows. */
export const MAX_CURVE_POINTS = 200
/** A process that is not ready by then never will be; a busy machine starts a dozen in a few seconds. */
export const PREPARE_TIMEOUT_MS = 60_000
/** A download is complete a moment before it is told who gave the last part, milliseconds at most. */
export const LAST_PART_MS = 1_000
/** Nobody received anything for so long: the run is over, whoever is not done will not be. */
export const STALL_MS = 20_000
/** After a server or source was switched off: what is on its way arrives in less. */
export const STALL_AFTER_OFF_MS = 6_000
/** A process that does not end when told is ended. */
export const END_TIMEOUT_MS = 5_000
/** How long an answer to an invitation waits for a race that is being tidied up. Milliseconds. */
export const TIDY_MS = 6_000
/** Characters of what a process said last that are kept to tell why it ended. */
export const MAX_REASON_LENGTH = 2000
/** A rest before each run, so that what was started is at rest when bytes begin to move. */
export const SETTLE_MS = 300
/** What an uncounted run sends: enough to have been everywhere in the program, little enough to be over in a moment. */
export const WARM_UP_BYTES = 4 * 2 ** 20
/** Uncounted runs at most, of each mode. */
export const MAX_WARM_UPS = 4
/** A run that costs more than this part of the one before shows that nothing is left to be gained. */
export const WARM_RATIO = 0.85
/** How long a rate is measured: TCP is at full speed on a LAN after a few hundredths of a second. */
export const PROBE_MS = 700
/** A rate probe that stands still for so long is over. */
export const PROBE_TIMEOUT_MS = 5_000
/** Rate probes that one race may ask of a guest: alone, together, and one again. */
export const MAX_PROBES = 4
/** Results kept on disk: the oldest goes. */
export const MAX_RESULTS = 200
/** A saved or imported result: 64 curves of 200 points each are below 2 MB. */
export const MAX_RESULT_BYTES = 2 ** 24
/** Events one watcher may be behind by; then it starts over with the points so far. */
export const MAX_QUEUED_EVENTS = 256
/** Rest of a curve that is not waited for when the end of the first copies is looked for: control messages follow them. */
export const LAST_BYTES = 0.005
/** A processor this busy is the limit: the rest is what a system needs for itself. */
export const BUSY = 0.9
/** What the processor must cost a run before it is named as its limit. */
export const PROCESSOR_SHARE = 0.1
