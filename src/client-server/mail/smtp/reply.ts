/** One reply of a server: the code decides, the enhanced status (RFC 3463) says why, the text is for people. */
export interface Reply {
  readonly code: number
  readonly status?: string | undefined
  readonly lines: readonly string[]
}

export function reply(code: number, status: string | undefined, ...lines: string[]): Reply {
  return { code, status, lines }
}

/** The lines of a reply as they are sent, without line ends. */
export function replyLines({ code, status, lines }: Reply): string[] {
  const prefix = status === undefined ? '' : `${status} `
  return lines.map((line, i) => `${code}${i < lines.length - 1 ? '-' : ' '}${prefix}${line}`)
}

export function isPositive({ code }: Reply): boolean {
  return code < 400
}

/** 4xx: the same may succeed later. */
export function isTemporary({ code }: Reply): boolean {
  return code >= 400 && code < 500
}

/** A reply in one line, for people and for notifications. */
export function replyText({ code, status, lines }: Reply): string {
  return [code, status, ...lines].filter((part) => part !== undefined && part !== '').join(' ')
}
