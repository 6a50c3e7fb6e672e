/** One who takes part: a vertical line. */
export interface SequenceActor {
  readonly id: string
  readonly name: string
  /** Further lines under the name: what it is for, its address. */
  readonly detail?: string | undefined
  readonly address?: string | undefined
}

/** What one said to another, or did alone (`from` and `to` the same). */
export interface SequenceMessage {
  readonly from: string
  readonly to: string
  readonly text: string
  /** `request` is drawn full, `response` dashed, `problem` in the warning colour, `note` beside the line. */
  readonly tone: 'request' | 'response' | 'problem' | 'note'
  /** When, or how long it took, in words. */
  readonly time?: string | undefined
}

/** CSS pixels. */
export const LANE_MIN = 118
export const HEAD_HEIGHT = 50
export const HEAD_LINE = 15
export const ROW_HEIGHT = 40
export const NOTE_WIDTH = 9
const FOOT_HEIGHT = 18
/** A character of the diagram's type, on average; wide scripts take twice as much. */
const CHARACTER = 5.8

export interface SequenceRow {
  readonly message: SequenceMessage
  readonly y: number
  readonly x1: number
  readonly x2: number
  /** Where the words stand, and the words as far as they fit. */
  readonly textX: number
  readonly anchor: 'middle' | 'start' | 'end'
  readonly text: string
}

export interface SequenceLayout {
  readonly width: number
  readonly height: number
  /** Where the lifelines begin. */
  readonly head: number
  readonly lanes: readonly { readonly actor: SequenceActor; readonly x: number; readonly textWidth: number }[]
  readonly rows: readonly SequenceRow[]
}

/** Places everything: lanes share the width given, and take more when that is too narrow. */
export function layoutSequence(
  actors: readonly SequenceActor[],
  messages: readonly SequenceMessage[],
  available: number,
): SequenceLayout {
  const lane = Math.max(LANE_MIN, available / Math.max(1, actors.length))
  const width = lane * actors.length
  const xOf = new Map(actors.map((actor, i) => [actor.id, lane * (i + 0.5)]))
  const head = HEAD_HEIGHT + (actors.some(({ address }) => address !== undefined) ? HEAD_LINE : 0)
  const known = messages.filter(({ from, to }) => xOf.has(from) && xOf.has(to))
  return {
    width,
    head,
    height: head + known.length * ROW_HEIGHT + FOOT_HEIGHT,
    lanes: actors.map((actor) => ({ actor, x: xOf.get(actor.id)!, textWidth: lane - 10 })),
    rows: known.map((message, i) => {
      const y = head + (i + 1) * ROW_HEIGHT - 8
      return { message, y, ...placeWords(message, xOf.get(message.from)!, xOf.get(message.to)!, lane, width) }
    }),
  }
}

function placeWords(
  message: SequenceMessage,
  x1: number,
  x2: number,
  lane: number,
  width: number,
): Omit<SequenceRow, 'message' | 'y'> {
  if (x1 !== x2) {
    const text = fitText(message.text, Math.abs(x2 - x1) - 14)
    return { x1, x2, textX: (x1 + x2) / 2, anchor: 'middle', text }
  }
  const gap = NOTE_WIDTH + 6
  // Beside the line, on the side that has room.
  const onRight = x1 + lane < width || x1 < width / 2
  const room = (onRight ? width - x1 : x1) - gap - 4
  const text = fitText(message.text, room)
  return { x1, x2, textX: onRight ? x1 + gap : x1 - gap, anchor: onRight ? 'start' : 'end', text }
}

/** The text, or as much of it as is sure to fit, with an ellipsis. */
export function fitText(text: string, width: number): string {
  const characters = Array.from(text)
  let used = 0
  for (const [i, character] of characters.entries()) {
    used += character.charCodeAt(0) > 0x2e80 ? 2 * CHARACTER : CHARACTER
    if (used > width) return `${characters.slice(0, Math.max(0, i - 1)).join('')}…`
  }
  return text
}
