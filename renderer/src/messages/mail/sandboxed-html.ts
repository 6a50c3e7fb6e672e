/** Nothing may be fetched, whatever the message says; pictures only from within it. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

/** Attributes that lead elsewhere or fetch something. */
const LEADING = [
  'href',
  'xlink:href',
  'target',
  'ping',
  'action',
  'formaction',
  'background',
  'srcset',
  'poster',
  'cite',
  'longdesc',
]
const REMOVED = 'base, meta, link, script, iframe, frame, frameset, object, embed, form, noscript, template'

/**
 * Somebody else's HTML as a document for a frame with an empty `sandbox`: no scripts and no network even without what is
 * done here. Links keep their words and show where they lead, and lead nowhere.
 */
export function sandboxedHtml(
  html: string,
  parser: Pick<DOMParser, 'parseFromString'> = new DOMParser(),
): string {
  // Parsed apart from the page: nothing is loaded or run by this.
  const page = parser.parseFromString(html, 'text/html')
  for (const element of page.querySelectorAll(REMOVED)) element.remove()
  for (const element of page.querySelectorAll('*')) disarm(element)
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>${STYLE}</style>`
  return `<!doctype html><html><head>${head}</head>${page.body.outerHTML}</html>`
}

/** The frame is light in both themes: mail is written for white paper. */
const STYLE =
  'html{color-scheme:light;background:#fff;color:#0b2436;font:15px/1.5 system-ui,sans-serif}img{max-width:100%}'

function disarm(element: Element): void {
  const leadsTo = element.getAttribute('href')
  for (const name of element.getAttributeNames()) {
    const isEvent = name.toLowerCase().startsWith('on')
    const isOutside = name === 'src' && !/^data:image\//i.test(element.getAttribute(name)!.trim())
    if (isEvent || isOutside || LEADING.includes(name.toLowerCase())) element.removeAttribute(name)
  }
  if (leadsTo !== null && element.localName === 'a') element.setAttribute('title', leadsTo.slice(0, 500))
}
