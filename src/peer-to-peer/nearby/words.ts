/**
 * Words of a stranger as they may stand in a list: without control and invisible characters and those that turn the
 * text's direction (Unicode TR 36 §2.6), white space collapsed, composed (NFC), at most `most` characters. Empty when nothing
 * is left.
 */
export function sanitiseWords(text: string, most: number): string {
  // Cut first, so that a huge text is not normalised as a whole; combining marks may shorten it further.
  const start = text.slice(0, most * 8).toWellFormed()
  const visible = start
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/\p{C}|[\u2028\u2029\u115f\u1160\u3164\uffa0\u2800\ufffd]/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .trim()
  return firstGraphemes(visible, most)
}

function firstGraphemes(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    if (kept.length + segment.length > most) break
    kept += segment
  }
  return kept.trimEnd()
}
