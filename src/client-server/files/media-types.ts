/** How a browser may treat a file. What could run in our origin is never shown, only saved. */
export interface MediaType {
  readonly type: string
  readonly disposition: 'inline' | 'attachment'
}

const SHOWN: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  bmp: 'image/bmp',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  m4v: 'video/mp4',
  mp4: 'video/mp4',
  webm: 'video/webm',
  aac: 'audio/aac',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  csv: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
}

const SAVED: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  apk: 'application/vnd.android.package-archive',
  css: 'text/css; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  epub: 'application/epub+zip',
  gz: 'application/gzip',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  hwp: 'application/x-hwp',
  hwpx: 'application/hwp+zip',
  iso: 'application/x-iso9660-image',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  odt: 'application/vnd.oasis.opendocument.text',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  zip: 'application/zip',
}

/** By the name's ending alone; unknown ones are bytes to save. */
export function mediaTypeOf(name: string): MediaType {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const shown = Object.hasOwn(SHOWN, ending) ? SHOWN[ending] : undefined
  if (shown) return { type: shown, disposition: 'inline' }
  const saved = Object.hasOwn(SAVED, ending) ? SAVED[ending] : undefined
  return { type: saved ?? 'application/octet-stream', disposition: 'attachment' }
}
