import { IN_FLIGHT, MISSING, type Bins } from './bins.ts'
import { stepOf, type MapColours } from './colours.ts'
import type { Layout } from './layout.ts'

/** How long an arrival shines, ms. */
export const FLASH_MS = 900
const PULSE_MS = 1600

export interface Scene {
  readonly bins: Bins
  readonly layout: Layout
  readonly colours: MapColours
  readonly giverColours: readonly string[]
  /** Connected peers: what availability is measured against. */
  readonly peers: number
  /** The source's own map shows copies among the others instead of givers. */
  readonly isSource: boolean
  /** What nobody holds is marked only while others are asked. */
  readonly isAsking: boolean
  /** When each cell last gained a chunk, ms; 0 never. */
  readonly arrivedAt: Float64Array
  readonly cursor: number | undefined
  readonly still: boolean
}

/** Draws one frame. `now` is the clock of `arrivedAt`. */
export function drawMap(context: CanvasRenderingContext2D, scene: Scene, now: number): void {
  const { layout } = scene
  context.clearRect(0, 0, layout.columns * layout.pitch, layout.height)
  for (const [colour, path] of groupByColour(scene)) {
    context.fillStyle = colour
    context.fill(path)
  }
  if (!scene.isSource) {
    drawPartial(context, scene)
    if (scene.isAsking) drawNobody(context, scene)
    drawFlight(context, scene, now)
  }
  if (!scene.still) drawFlashes(context, scene, now)
  drawCursor(context, scene)
}

/** True while a frame later would look different. */
export function isMoving(scene: Scene, now: number): boolean {
  if (scene.still) return false
  if (!scene.isSource && scene.bins.flying.some((count) => count > 0)) return true
  return scene.arrivedAt.some((at) => at > 0 && now - at < FLASH_MS)
}

// One fill per colour instead of one per cell: thousands of cells stay cheap.
function groupByColour(scene: Scene): Map<string, Path2D> {
  const paths = new Map<string, Path2D>()
  for (let cell = 0; cell < scene.bins.cells; cell++) {
    const colour = baseColour(scene, cell)
    let path = paths.get(colour)
    if (!path) paths.set(colour, (path = new Path2D()))
    addCell(path, scene.layout, cell, 0)
  }
  return paths
}

function baseColour({ bins, colours, giverColours, peers, isSource }: Scene, cell: number): string {
  const spread = peers > 0 ? bins.availability[cell]! / peers : 0
  if (isSource) return stepOf(colours.copies, spread)
  const giver = bins.giver[cell]!
  const held = bins.held[cell]!
  if (giver === MISSING || giver === IN_FLIGHT || held < 1) return stepOf(colours.missing, spread)
  return giverColours[giver] ?? colours.me
}

/** A cell of many chunks fills from below, like a vessel. */
function drawPartial(
  context: CanvasRenderingContext2D,
  { bins, layout, giverColours, colours }: Scene,
): void {
  for (let cell = 0; cell < bins.cells; cell++) {
    const held = bins.held[cell]!
    if (held === 0 || held === 1) continue
    const { x, y } = cornerOf(layout, cell)
    const height = Math.max(1, layout.side * held)
    context.fillStyle = giverColours[bins.giver[cell]!] ?? colours.me
    context.beginPath()
    context.roundRect(x, y + layout.side - height, layout.side, height, radiusOf(layout))
    context.fill()
  }
}

function drawNobody(context: CanvasRenderingContext2D, { bins, layout, colours }: Scene): void {
  context.strokeStyle = colours.nobody
  context.lineWidth = 1.25
  context.beginPath()
  for (let cell = 0; cell < bins.cells; cell++) {
    if (bins.availability[cell]! > 0 || bins.held[cell]! >= 1 || bins.flying[cell]! > 0) continue
    const { x, y } = cornerOf(layout, cell)
    context.roundRect(x + 0.75, y + 0.75, layout.side - 1.5, layout.side - 1.5, radiusOf(layout))
  }
  context.stroke()
}

function drawFlight(
  context: CanvasRenderingContext2D,
  { bins, layout, colours, still }: Scene,
  now: number,
): void {
  context.save()
  context.fillStyle = colours.flight
  context.shadowColor = colours.flight
  for (let cell = 0; cell < bins.cells; cell++) {
    if (bins.flying[cell] === 0) continue
    // Neighbours breathe out of step, as things under water do.
    const wave = still ? 0.6 : 0.5 + 0.5 * Math.sin((now / PULSE_MS) * Math.PI * 2 + cell * 1.7)
    context.globalAlpha = 0.45 + 0.55 * wave
    context.shadowBlur = 8 + 10 * wave
    context.beginPath()
    addCell(context, layout, cell, layout.side * (0.22 - 0.1 * wave))
    context.fill()
  }
  context.restore()
}

function drawFlashes(
  context: CanvasRenderingContext2D,
  { bins, layout, colours, arrivedAt }: Scene,
  now: number,
): void {
  context.save()
  context.fillStyle = colours.flash
  for (let cell = 0; cell < bins.cells; cell++) {
    const age = now - arrivedAt[cell]!
    if (arrivedAt[cell] === 0 || age >= FLASH_MS) continue
    context.globalAlpha = 0.75 * (1 - age / FLASH_MS) ** 2
    context.beginPath()
    addCell(context, layout, cell, 0)
    context.fill()
  }
  context.restore()
}

function drawCursor(context: CanvasRenderingContext2D, { layout, colours, cursor }: Scene): void {
  if (cursor === undefined || cursor >= layout.cells) return
  const { x, y } = cornerOf(layout, cursor)
  context.strokeStyle = colours.cursor
  context.lineWidth = 1.5
  context.beginPath()
  context.roundRect(x - 1, y - 1, layout.side + 2, layout.side + 2, radiusOf(layout) + 1)
  context.stroke()
}

function cornerOf(layout: Layout, cell: number): { x: number; y: number } {
  return { x: (cell % layout.columns) * layout.pitch, y: Math.floor(cell / layout.columns) * layout.pitch }
}

function addCell(path: CanvasPath, layout: Layout, cell: number, inset: number): void {
  const { x, y } = cornerOf(layout, cell)
  const side = layout.side - 2 * inset
  path.roundRect(x + inset, y + inset, side, side, Math.min(radiusOf(layout), side / 2))
}

function radiusOf(layout: Layout): number {
  return Math.min(4, layout.side * 0.26)
}
