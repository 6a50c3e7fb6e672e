import { formatRate, formatSize } from '../../base/index.ts'
import type { Mode, RacePoint, RaceResult } from '../../contract/index.ts'
import { PICTURE_WORDS, type ExportLanguage, type PictureWords } from './words.ts'

const WIDTH = 800
const HEIGHT = 500
const PLOT = { left: 70, top: 104, right: WIDTH - 24, bottom: HEIGHT - 92 }
/** Told apart by lightness and by shape too: for who sees no colours, and on paper. */
const COLOURS: Readonly<Record<Mode, string>> = { http: '#c2410c', p2p: '#0b4f8a' }
const TICKS = 5

interface Scale {
  x: (n: number) => number
  y: (seconds: number) => number
}

/** Time against N for each mode, bounds beneath: a picture with everything in it, on white. */
export function toSvg({ spec, points, ground }: RaceResult, language: ExportLanguage): string {
  const words = PICTURE_WORDS[language]
  const most = Math.max(1, ...points.flatMap(({ seconds, bound }) => [seconds ?? 0, bound]))
  const step = niceStep(most / TICKS)
  const top = step * Math.ceil(most / step)
  const peers = [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b)
  const scale = scaleOf(peers, top)
  const rates =
    ground === 'laptops'
      ? words.laptops
      : words.rates({
          size: formatSize(spec.size),
          up: formatRate(spec.up),
          down: formatRate(spec.down),
          source: formatRate(spec.sourceUp),
          servers: spec.servers,
        })
  const modes = (['http', 'p2p'] as const).filter((mode) => points.some((point) => point.mode === mode))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc" lang="${language}" font-family="system-ui, 'Segoe UI', 'Noto Sans KR', 'Malgun Gothic', sans-serif">`,
    `<title id="title">${escape(words.title)}</title>`,
    `<desc id="desc">${escape(describe(points, words))}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(PLOT.left, 34, words.title, { size: 22, weight: 600 }),
    text(PLOT.left, 58, rates, { size: 13, fill: '#475569' }),
    ...axes(peers, step, top, scale, words),
    ...modes.flatMap((mode) => [boundLine(mode, points, scale), ...measured(mode, points, scale)]),
    ...legend(modes, words),
    '</svg>\n',
  ].join('\n')
}

function scaleOf(peers: readonly number[], top: number): Scale {
  const [low, high] = [peers[0] ?? 1, peers.at(-1) ?? 1]
  const inner = 28
  const width = PLOT.right - PLOT.left - 2 * inner
  return {
    x: (n) => PLOT.left + inner + (high === low ? width / 2 : ((n - low) / (high - low)) * width),
    y: (seconds) => PLOT.bottom - (seconds / top) * (PLOT.bottom - PLOT.top),
  }
}

function axes(
  peers: readonly number[],
  step: number,
  top: number,
  scale: Scale,
  words: PictureWords,
): string[] {
  const lines: string[] = []
  for (let at = 0; at <= top + step / 2; at += step) {
    const y = round(scale.y(at))
    const stroke = at === 0 ? '#334155' : '#e2e8f0'
    lines.push(`<line x1="${PLOT.left}" y1="${y}" x2="${PLOT.right}" y2="${y}" stroke="${stroke}"/>`)
    lines.push(text(PLOT.left - 8, y + 4, String(round(at)), { size: 13, anchor: 'end' }))
  }
  for (const n of peers)
    lines.push(text(scale.x(n), PLOT.bottom + 20, String(n), { size: 13, anchor: 'middle' }))
  lines.push(
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, words.peers, { size: 13, anchor: 'middle' }),
  )
  lines.push(text(PLOT.left, PLOT.top - 10, words.time, { size: 12, fill: '#475569' }))
  return lines
}

function boundLine(mode: Mode, points: readonly RacePoint[], scale: Scale): string {
  const own = firstRuns(mode, points)
  const path = own.map(({ n, bound }) => `${round(scale.x(n))},${round(scale.y(bound))}`).join(' ')
  return `<polyline points="${path}" fill="none" stroke="${COLOURS[mode]}" stroke-width="1.5" stroke-dasharray="5 4"/>`
}

function measured(mode: Mode, points: readonly RacePoint[], scale: Scale): string[] {
  const colour = COLOURS[mode]
  const own = points.filter((point) => point.mode === mode)
  const line = meansOf(own).map(({ n, seconds }) => `${round(scale.x(n))},${round(scale.y(seconds))}`)
  return [
    `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
    ...own.map((point) => mark(point, colour, scale)),
  ]
}

function mark(
  { mode, n, seconds, bound, isProcessorLimited }: RacePoint,
  colour: string,
  scale: Scale,
): string {
  const x = round(scale.x(n))
  if (seconds === null) return text(x, scale.y(bound), '×', { size: 22, fill: colour, anchor: 'middle' })
  const y = round(scale.y(seconds))
  const paint = `fill="${isProcessorLimited ? '#ffffff' : colour}" stroke="${colour}" stroke-width="2"`
  const tip = `<title>N=${n}: ${round(seconds)} s</title>`
  return mode === 'http'
    ? `<rect x="${x - 5}" y="${y - 5}" width="10" height="10" ${paint}>${tip}</rect>`
    : `<circle cx="${x}" cy="${y}" r="5.5" ${paint}>${tip}</circle>`
}

function legend(modes: readonly Mode[], words: PictureWords): string[] {
  const y = HEIGHT - 26
  const entries = modes.flatMap((mode, i) => {
    const x = PLOT.left + i * 300
    const shape =
      mode === 'http'
        ? `<rect x="${x}" y="${y - 10}" width="10" height="10" fill="${COLOURS[mode]}"/>`
        : `<circle cx="${x + 5}" cy="${y - 5}" r="5.5" fill="${COLOURS[mode]}"/>`
    const dashes = `<line x1="${x + 130}" y1="${y - 5}" x2="${x + 160}" y2="${y - 5}" stroke="${COLOURS[mode]}" stroke-dasharray="5 4"/>`
    return [
      shape,
      text(x + 18, y, words[mode], { size: 13 }),
      dashes,
      text(x + 168, y, words.bound, { size: 13 }),
    ]
  })
  const notes = `${words.processor}; ${words.incomplete}`
  return [...entries, text(PLOT.left, HEIGHT - 6, notes, { size: 11, fill: '#475569' })]
}

/** The same in words, for who cannot see it. */
function describe(points: readonly RacePoint[], words: PictureWords): string {
  return points
    .map(({ mode, n, seconds, bound }) => {
      const time = seconds === null ? words.incomplete : `${round(seconds)} s`
      return `${words[mode]}, N=${n}: ${time} (${words.bound} ${round(bound)} s)`
    })
    .join('; ')
}

function firstRuns(mode: Mode, points: readonly RacePoint[]): RacePoint[] {
  return points.filter((point) => point.mode === mode && point.repeat === 1).sort((a, b) => a.n - b.n)
}

/** The mean of all runs of each N that ended. */
function meansOf(points: readonly RacePoint[]): { n: number; seconds: number }[] {
  return [...Map.groupBy(points, ({ n }) => n)]
    .flatMap(([n, runs]) => {
      const times = runs.flatMap(({ seconds }) => seconds ?? [])
      return times.length === 0 ? [] : [{ n, seconds: times.reduce((a, b) => a + b, 0) / times.length }]
    })
    .sort((a, b) => a.n - b.n)
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10)
}

function text(
  x: number,
  y: number,
  content: string,
  style: { size: number; fill?: string; anchor?: 'end' | 'middle'; weight?: number },
): string {
  const { size, fill = '#0f172a', anchor, weight } = style
  const more = `${anchor ? ` text-anchor="${anchor}"` : ''}${weight ? ` font-weight="${weight}"` : ''}`
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${more}>${escape(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function escape(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
