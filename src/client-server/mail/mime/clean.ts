/** Without control characters and the marks that turn text round: what is shown should be what is there. */
export function clean(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').slice(0, 2_000)
}
