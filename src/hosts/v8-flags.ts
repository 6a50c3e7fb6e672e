/** Electron freezes V8's flags, and would end the process for trying to change one. */
export const MAY_CHANGE_FLAGS = process.versions['electron'] === undefined
