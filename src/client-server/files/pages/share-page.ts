import { formatSize } from '../../../base/index.ts'
import { encodePath } from '../routes.ts'
import type { Listing, Row } from './listing.ts'
import { document, markup, type Html } from './html.ts'
import { WORDS, type Language, type Words } from './words.ts'

/** What the page of a share, or of a folder in it, shows. */
export interface SharePage {
  readonly title: string
  /** Who shares it. */
  readonly by: string
  /** Folder in the share, ending in a slash; empty for the top. */
  readonly folder: string
  readonly listing: Listing
  /** `shoal:` link for those who have the app. */
  readonly link: string
  readonly getShoalUrl: string | undefined
  /** Hundredths that are here, when not everything is. */
  readonly percent: number | undefined
  readonly isFile: boolean
}

/** A page a phone can use: names, sizes, downloads. Links are relative, so it works below any address. */
export function sharePage(language: Language, page: SharePage): string {
  const words = WORDS[language]
  const { listing, title } = page
  const size = formatSize(listing.bytes)
  const body = markup`<main>
    <header>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <div>
        <h1>${heading(page)}</h1>
        <p>${words.sharedBy(page.by)} · ${page.isFile ? size : `${words.files(listing.files)}, ${size}`}</p>
      </div>
    </header>
    ${page.percent !== undefined && markup`<div class="card"><p class="warn">${words.arriving(page.percent)}</p></div>`}
    <div class="actions">
      ${mainAction(words, page)} <a class="button quiet" href="${page.link}">${words.openInShoal}</a>
    </div>
    ${!page.isFile && list(words, page)} ${footer(words, page.by, page.getShoalUrl)}
  </main>`
  return document(language, `${title} · ${words.shoal}`, body)
}

function heading({ title, folder }: SharePage): string {
  return folder === '' ? title : `${title} / ${folder.slice(0, -1).replaceAll('/', ' / ')}`
}

function mainAction(words: Words, { isFile, listing }: SharePage): Html {
  if (!isFile) return markup`<a class="button" href="?zip" download>${words.downloadAll}</a>`
  return markup`<a class="button" href="${encodePath(listing.rows[0]?.name ?? '')}?download" download>${words.download}</a>`
}

function list(words: Words, { folder, listing }: SharePage): Html {
  const rows = listing.rows.map((row) => entryRow(words, row))
  return markup`<div class="card">
      <ul>
        ${folder !== '' && markup`<li><a class="name folder" href="../">↑ ${words.parent}</a></li>`} ${rows}
      </ul>
      ${rows.length === 0 && markup`<p class="soft">${words.emptyFolder}</p>`}
    </div>
    ${pager(words, listing)}`
}

function entryRow(words: Words, { name, isFolder, files, bytes }: Row): Html {
  const href = encodePath(name)
  if (isFolder) {
    return markup`<li>
      <a class="name folder" href="./${href}/">${name}/</a><span class="size">${words.files(files)}, ${formatSize(bytes)}</span>
    </li> `
  }
  return markup`<li>
    <a class="name" href="./${href}">${name}</a><span class="size">${formatSize(bytes)}</span><a class="get" href="./${href}?download" download aria-label="${words.download}: ${name}">${words.download}</a>
  </li> `
}

function pager(words: Words, { from, next, begin, end }: Listing): Html | false {
  if (from === begin && next === undefined) return false
  const shown = words.rows(from - begin + 1, (next ?? end) - begin, end - begin)
  return markup`<nav>
    <span>${shown}</span> ${from !== begin && markup`<a href="?">${words.first}</a>`}
    ${next !== undefined && markup`<a href="?from=${next}" rel="next">${words.next} →</a>`}
  </nav>`
}

export function footer(words: Words, by: string, getShoalUrl: string | undefined): Html {
  const get = getShoalUrl
    ? markup`<a href="${getShoalUrl}">${words.getShoal}</a>`
    : markup`${words.askForShoal(by)}`
  return markup`<footer>
    <p>${words.whyShoal} ${get}</p>
    <p>${words.plain}</p>
  </footer>`
}
