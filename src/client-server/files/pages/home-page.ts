import { formatSize } from '../../../base/index.ts'
import { document, markup, type Html } from './html.ts'
import { footer } from './share-page.ts'
import { WORDS, type Language } from './words.ts'

export interface ListedShare {
  readonly cid: string
  readonly title: string
  readonly bytes: number
  readonly files: number
}

/** The first page: what is listed openly, and nothing else. */
export function homePage(
  language: Language,
  page: { name: string; shares: readonly ListedShare[]; getShoalUrl: string | undefined },
): string {
  const words = WORDS[language]
  const rows = page.shares.map(
    (share): Html =>
      markup`<li>
        <a class="name folder" href="/s/${share.cid}/">${share.title}</a><span class="size">${words.files(share.files)}, ${formatSize(share.bytes)}</span>
      </li> `,
  )
  const body = markup`<main>
    <header>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <div><h1>${words.homeTitle(page.name)}</h1></div>
    </header>
    <div class="card">
      ${
        rows.length > 0
          ? markup`<ul>
              ${rows}
            </ul>`
          : markup`<p>${words.nothingListed}</p>
              <p class="soft">${words.askForLink}</p>`
      }
    </div>
    ${footer(words, page.name, page.getShoalUrl)}
  </main>`
  return document(language, `${words.homeTitle(page.name)} · ${words.shoal}`, body)
}

/** A page that says what is wrong. */
export function errorPage(language: Language, status: number): string {
  const words = WORDS[language]
  const [title, text] = words.errors[status] ?? words.errors[500]!
  const body = markup`<main>
    <header>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <div><h1>${title}</h1></div>
    </header>
    <div class="card"><p>${text}</p></div>
  </main>`
  return document(language, `${title} · ${words.shoal}`, body)
}
