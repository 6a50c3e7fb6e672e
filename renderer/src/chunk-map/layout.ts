/** Where the cells of a map lie. Lengths in CSS pixels. */
export interface Layout {
  readonly cells: number
  readonly columns: number
  readonly rows: number
  /** From one cell to the next. */
  readonly pitch: number
  /** Side of a cell. */
  readonly side: number
  readonly height: number
}

/** Below this a cell is no longer seen as one; above, a small share looks like a toy. */
const MIN_PITCH = 8
const MAX_PITCH = 26
const AIM_HEIGHT = 208
const MAX_ROWS = 26

/** A grid as wide as there is room, about as high as the eye takes in at once, with at most one cell per chunk. */
export function layoutCells(chunks: number, width: number): Layout {
  const room = Math.max(MIN_PITCH, Math.floor(width))
  const ideal = Math.sqrt((room * AIM_HEIGHT) / Math.max(1, chunks))
  const pitch = Math.max(MIN_PITCH, Math.min(MAX_PITCH, Math.floor(ideal)))
  const columns = Math.max(1, Math.floor((room + gapOf(pitch)) / pitch))
  const cells = Math.min(chunks, columns * MAX_ROWS)
  const rows = Math.max(1, Math.ceil(cells / columns))
  const gap = gapOf(pitch)
  return { cells, columns, rows, pitch, side: pitch - gap, height: rows * pitch - gap }
}

function gapOf(pitch: number): number {
  return pitch >= 14 ? 3 : 2
}

/** The cell under a point, or undefined between and outside the cells' rows. */
export function cellAt(layout: Layout, x: number, y: number): number | undefined {
  const column = Math.floor(x / layout.pitch)
  const row = Math.floor(y / layout.pitch)
  if (column < 0 || column >= layout.columns || row < 0) return undefined
  const cell = row * layout.columns + column
  return cell < layout.cells ? cell : undefined
}

/** The cell a key leads to from another; undefined when the key means nothing here. */
export function cellForKey(layout: Layout, cell: number, key: string): number | undefined {
  const next = stepOfKey(layout, cell, key)
  return next === undefined ? undefined : Math.max(0, Math.min(layout.cells - 1, next))
}

function stepOfKey({ cells, columns }: Layout, cell: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return cell + 1
    case 'ArrowLeft':
      return cell - 1
    case 'ArrowDown':
      return cell + columns
    case 'ArrowUp':
      return cell - columns
    case 'PageDown':
      return cell + columns * 5
    case 'PageUp':
      return cell - columns * 5
    case 'Home':
      return 0
    case 'End':
      return cells - 1
    default:
      return undefined
  }
}
