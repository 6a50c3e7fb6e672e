import fs from 'node:fs'

/** The calls of the file system that reading, writing and scanning use. Tests put faults in their way. */
export type DiskFs = Pick<
  typeof fs,
  | 'accessSync'
  | 'chmodSync'
  | 'closeSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'linkSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'opendirSync'
  | 'openSync'
  | 'readSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>

export const nodeFs: DiskFs = fs

// Windows has neither flag; there a link is opened as what it points to, and `lstat` has looked before.
const NO_FOLLOW = fs.constants.O_NOFOLLOW ?? 0
// Opening a FIFO waits for its other end otherwise.
const NO_WAIT = fs.constants.O_NONBLOCK ?? 0

export const OPEN_TO_READ = fs.constants.O_RDONLY | NO_FOLLOW | NO_WAIT
export const OPEN_TO_WRITE = fs.constants.O_RDWR | NO_FOLLOW | NO_WAIT
export const OPEN_TO_CREATE = OPEN_TO_WRITE | fs.constants.O_CREAT
