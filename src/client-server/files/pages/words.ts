/** Languages of the pages. */
export type Language = 'en' | 'ko'

export interface Words {
  readonly shoal: string
  readonly sharedBy: (name: string) => string
  readonly homeTitle: (name: string) => string
  readonly nothingListed: string
  readonly askForLink: string
  readonly download: string
  readonly downloadAll: string
  readonly folder: string
  readonly parent: string
  readonly files: (count: number) => string
  readonly emptyFolder: string
  readonly next: string
  readonly first: string
  readonly rows: (from: number, to: number, total: number) => string
  readonly arriving: (percent: number) => string
  readonly openInShoal: string
  readonly whyShoal: string
  readonly getShoal: string
  readonly askForShoal: (name: string) => string
  readonly plain: string
  readonly back: string
  readonly errors: Readonly<Record<number, readonly [title: string, text: string]>>
}

const EN: Words = {
  shoal: 'Shoal',
  sharedBy: (name) => `Shared by ${name}`,
  homeTitle: (name) => `What ${name} shares`,
  nothingListed: 'Nothing is listed here.',
  askForLink: 'Most things are shared by link: ask for it, or for the spoken address.',
  download: 'Download',
  downloadAll: 'Download all (ZIP)',
  folder: 'Folder',
  parent: 'Up one folder',
  files: (count) => (count === 1 ? '1 file' : `${group(count)} files`),
  emptyFolder: 'This folder is empty.',
  next: 'More',
  first: 'Back to the start',
  rows: (from, to, total) => `${group(from)}–${group(to)} of ${group(total)}`,
  arriving: (percent) => `Still arriving here: ${percent} %. What is missing cannot be downloaded yet.`,
  openInShoal: 'Open in Shoal',
  whyShoal: 'With Shoal everyone who downloads also gives: the more people, the faster it goes.',
  getShoal: 'Get Shoal',
  askForShoal: (name) => `No Shoal yet? Ask ${name} for it.`,
  plain: 'Sent over plain HTTP: others on this network can see it.',
  back: 'Back',
  errors: {
    400: ['That was not understood', 'The request is not one this server knows.'],
    404: ['Nothing here', 'Nothing is shared at this address, or not any more. Check every character of it.'],
    405: ['Not that way', 'This address can only be read.'],
    412: ['Not what you have', 'The file is another one than the one you asked to continue.'],
    414: ['Address too long', 'No address here is as long as that.'],
    416: ['Beyond the end', 'The file has no such bytes; you may have all of it already.'],
    421: ['Another name, please', 'Use the address you were given, not a name of the internet.'],
    429: ['Too many tries', 'Wait a minute, then try the address again.'],
    500: ['That went wrong here', 'The laptop that shares this has a problem. Try again.'],
    503: ['Not here yet', 'This has not arrived on this laptop, or was changed on it. Try again soon.'],
  },
}

const KO: Words = {
  shoal: 'Shoal',
  sharedBy: (name) => `${name} 님이 공유함`,
  homeTitle: (name) => `${name} 님이 공유하는 것`,
  nothingListed: '여기에 공개된 항목이 없습니다.',
  askForLink: '대부분은 링크로 공유됩니다. 링크나 짧은 주소를 물어보세요.',
  download: '받기',
  downloadAll: '모두 받기 (ZIP)',
  folder: '폴더',
  parent: '상위 폴더',
  files: (count) => `파일 ${group(count)}개`,
  emptyFolder: '빈 폴더입니다.',
  next: '더 보기',
  first: '처음으로',
  rows: (from, to, total) => `${group(total)}개 중 ${group(from)}–${group(to)}`,
  arriving: (percent) => `아직 받는 중입니다: ${percent} %. 없는 부분은 아직 받을 수 없습니다.`,
  openInShoal: 'Shoal에서 열기',
  whyShoal: 'Shoal에서는 받는 사람이 곧 나누어 주는 사람입니다. 많을수록 빨라집니다.',
  getShoal: 'Shoal 받기',
  askForShoal: (name) => `Shoal이 없나요? ${name} 님에게 물어보세요.`,
  plain: '암호화되지 않은 HTTP로 보냅니다. 같은 네트워크의 다른 사람이 볼 수 있습니다.',
  back: '돌아가기',
  errors: {
    400: ['요청을 이해하지 못했습니다', '이 서버가 아는 요청이 아닙니다.'],
    404: ['아무것도 없습니다', '이 주소에는 공유된 것이 없거나 더는 없습니다. 주소를 한 글자씩 확인하세요.'],
    405: ['그렇게는 안 됩니다', '이 주소는 읽을 수만 있습니다.'],
    412: ['다른 파일입니다', '이어받으려는 파일과 다른 파일입니다.'],
    414: ['주소가 너무 깁니다', '여기에는 그렇게 긴 주소가 없습니다.'],
    416: ['파일의 끝을 넘었습니다', '그런 부분이 없습니다. 이미 다 받았을 수도 있습니다.'],
    421: ['다른 이름을 쓰세요', '인터넷 이름이 아니라 알려 받은 주소를 쓰세요.'],
    429: ['시도가 너무 많습니다', '1분 뒤에 주소를 다시 입력하세요.'],
    500: ['여기서 문제가 생겼습니다', '공유하는 노트북에 문제가 있습니다. 다시 시도하세요.'],
    503: [
      '아직 없습니다',
      '이 노트북에 아직 도착하지 않았거나 내용이 바뀌었습니다. 잠시 뒤에 다시 시도하세요.',
    ],
  },
}

export const WORDS: Readonly<Record<Language, Words>> = { en: EN, ko: KO }

/** The language an Accept-Language field (RFC 9110 §12.5.4) likes best; English when it names neither. */
export function preferredLanguage(field: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 }
  for (const item of (field ?? '').slice(0, 512).split(',')) {
    const match = /^\s*(en|ko)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(item)
    const weight = match ? Number(match[2] ?? 1) : 0
    if (weight > best.weight) best = { language: match![1]!.toLowerCase() as Language, weight }
  }
  return best.language
}

function group(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
