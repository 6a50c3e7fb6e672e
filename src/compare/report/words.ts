export type ExportLanguage = 'en' | 'ko'

/** The words of a picture that stands on its own. */
export interface PictureWords {
  title: string
  time: string
  peers: string
  http: string
  p2p: string
  bound: string
  processor: string
  incomplete: string
  rates: (values: { size: string; up: string; down: string; source: string; servers: number }) => string
  laptops: string
}

export const PICTURE_WORDS: Readonly<Record<ExportLanguage, PictureWords>> = {
  en: {
    title: 'Distribution time',
    time: 'seconds until the last peer has the file',
    peers: 'number of peers N',
    http: 'client–server',
    p2p: 'peer-to-peer',
    bound: 'lower bound',
    processor: 'hollow: the processor was the limit, not a link',
    incomplete: '×: not everybody got it',
    rates: ({ size, up, down, source, servers }) =>
      `file ${size}, source uplink ${source}${servers > 1 ? ` × ${servers} servers` : ''}, each peer up ${up}, down ${down}`,
    laptops: 'rates measured on the laptops',
  },
  ko: {
    title: '분배 시간',
    time: '마지막 피어가 파일을 다 받기까지의 시간 (초)',
    peers: '피어 수 N',
    http: '클라이언트–서버',
    p2p: 'P2P',
    bound: '이론적 하한',
    processor: '속이 빈 점: 링크가 아니라 프로세서가 한계였음',
    incomplete: '×: 모두가 받지는 못함',
    rates: ({ size, up, down, source, servers }) =>
      `파일 ${size}, 소스 업링크 ${source}${servers > 1 ? ` × 서버 ${servers}대` : ''}, 피어마다 업 ${up}, 다운 ${down}`,
    laptops: '노트북에서 측정한 속도',
  },
}
