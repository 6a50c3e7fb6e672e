// Draws the icons: a shoal in the shape of a fish, one of them warm. Run by hand after a change (`node build/make-icons.js`);
// what it writes is committed, so that building needs no browser.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
/** Below this a shoal is a blur: three fish say the same. */
const SMALLEST_SHOAL = 64
const DEEP = { top: '#1277ad', bottom: '#07283f' }
const FISH = ['#bfe6f8', '#93d3f1', '#62bbe6', '#3a9bd0']
const WARM = '#ff9466'

/**
 * One small fish of length `l` that swims to the right, its middle at x, y.
 * @param {number} x
 * @param {number} y
 * @param {number} l
 * @param {number} turn degrees
 * @param {string} fill
 */
function fish(x, y, l, turn, fill) {
  const body = `M${-0.3 * l} 0C${-0.1 * l} ${-0.26 * l} ${0.28 * l} ${-0.26 * l} ${0.5 * l} 0C${0.28 * l} ${0.26 * l} ${-0.1 * l} ${0.26 * l} ${-0.3 * l} 0Z`
  const tail = `M${-0.22 * l} 0L${-0.5 * l} ${-0.2 * l}Q${-0.42 * l} 0 ${-0.5 * l} ${0.2 * l}Z`
  const path = `${body}${tail}`.replace(/-?\d+\.\d+/g, (n) => Number(n).toFixed(1))
  return `<path transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(1)})" fill="${fill}" d="${path}"/>`
}

/**
 * Half the height of the great fish at x, in units of its length: a body that ends in a tail.
 * @param {number} t from 0 (nose) to 1 (tail's end)
 */
function outline(t) {
  const body = t < 0.78 ? 0.31 * Math.sin(Math.PI * Math.min(1, t / 0.78) ** 0.72) ** 0.9 : 0
  const tail = t > 0.7 ? 0.26 * ((t - 0.7) / 0.3) ** 0.85 : 0
  return Math.max(body, tail, 0.028)
}

function shoal() {
  const nose = 872
  const length = 690
  const middle = 516
  const small = 78
  const out = []
  const columns = 12
  for (let column = 0; column < columns; column++) {
    const t = (column + 0.55) / columns
    const half = outline(t) * length
    const rows = Math.max(1, Math.round((2 * half) / (small * 0.56)))
    for (let row = 0; row < rows; row++) {
      const s = rows === 1 ? 0 : (2 * row) / (rows - 1) - 1
      const stagger = row % 2 === 0 ? 0 : -length / columns / 2.2
      const x = nose - t * length + stagger
      const y = middle + s * Math.max(0, half - small * 0.2)
      const turn = t < 0.72 ? -s * 26 * (t < 0.36 ? -1 : 0.8) : -s * 24
      const shade = FISH[(column * 5 + row * 3) % FISH.length] ?? WARM
      const isEye = column === 2 && row === Math.floor(rows / 3)
      out.push(
        fish(
          x,
          y,
          isEye ? small * 1.28 : small * (0.86 + 0.1 * ((column + row) % 3)),
          turn,
          isEye ? WARM : shade,
        ),
      )
    }
  }
  return out.join('\n    ')
}

function three() {
  return [
    fish(330, 340, 400, 0, FISH[1] ?? WARM),
    fish(330, 690, 400, 0, FISH[1] ?? WARM),
    fish(640, 515, 500, 0, WARM),
  ].join('\n    ')
}

/**
 * @param {string} content
 * @param {{ plate: boolean }} options
 */
function picture(content, { plate }) {
  const background = `<defs><linearGradient id="sea" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${DEEP.top}"/><stop offset="1" stop-color="${DEEP.bottom}"/></linearGradient></defs>
  <rect x="64" y="64" width="896" height="896" rx="204" fill="url(#sea)"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">
  ${plate ? background : ''}
  <g>
    ${content}
  </g>
</svg>
`
}

/**
 * Windows' icon file: a directory of PNG pictures.
 * @param {{ size: number, png: Buffer }[]} pictures
 */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  pictures.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index
    // 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** macOS's names for PNG pictures by size. */
const ICNS_TYPES = new Map([
  [32, 'ic11'],
  [64, 'ic12'],
  [128, 'ic07'],
  [256, 'ic08'],
  [512, 'ic09'],
  [1024, 'ic10'],
])

/** @param {{ size: number, png: Buffer }[]} pictures */
function icns(pictures) {
  const parts = pictures.flatMap(({ size, png }) => {
    const type = ICNS_TYPES.get(size)
    if (type === undefined) return []
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(8 + png.length, 4)
    return [head, png]
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(8 + body.length, 4)
  return Buffer.concat([head, body])
}

const large = picture(shoal(), { plate: true })
const small = picture(three(), { plate: true })
const tray = picture(three(), { plate: false })

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
const page = await browser.newPage()

/**
 * @param {string} svg
 * @param {number} size
 */
async function render(svg, size) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`)
  return page.screenshot({ omitBackground: true })
}

mkdirSync(here('icons'), { recursive: true })
writeFileSync(here('icons/shoal.svg'), large)
const pictures = []
for (const size of SIZES) {
  const png = await render(size >= SMALLEST_SHOAL ? large : small, size)
  writeFileSync(here(`icons/${size}x${size}.png`), png)
  pictures.push({ size, png })
}
writeFileSync(here('icons/tray.png'), await render(tray, 32))
writeFileSync(here('icons/tray@2x.png'), await render(tray, 64))
writeFileSync(here('icon.ico'), ico(pictures.filter(({ size }) => size <= 256)))
writeFileSync(here('icon.icns'), icns(pictures))
await browser.close()
console.log(
  `${SIZES.length + 4} files, ${readFileSync(here('icons/shoal.svg'), 'utf8').length} characters of SVG`,
)
