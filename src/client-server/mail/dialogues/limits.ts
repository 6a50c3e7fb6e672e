/** Dialogues kept, oldest forgotten first. */
export const MAX_DIALOGUES = 2_000

/** Messages one dialogue is filed under. */
export const MAX_MESSAGES_OF_DIALOGUE = 50

/** Written down after such a time, many at once: by then the good-byes have been said. Milliseconds. */
export const WRITE_AFTER_MS = 8_000

/** Dialogues not yet written; beyond it they are written at once. */
export const MAX_UNWRITTEN = 500

/** Dialogues told about one message. */
export const MAX_TOLD = 20
