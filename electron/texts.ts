/** What the shell itself says; everything else is the page's. */
export interface Texts {
  readonly open: string
  readonly quit: string
  readonly cancel: string
  readonly keepRunning: string
  readonly quitAnyway: string
  readonly transferring: string
  readonly transferringDetail: string
  readonly pickFile: string
  readonly pickFolder: string
  readonly coreFailed: string
  readonly file: string
  readonly edit: string
  readonly view: string
  readonly window: string
}

const ENGLISH: Texts = {
  open: 'Open Shoal',
  quit: 'Quit Shoal',
  cancel: 'Cancel',
  keepRunning: 'Keep running in the background',
  quitAnyway: 'Quit anyway',
  transferring: 'Something is still being transferred.',
  transferringDetail:
    'If you quit now, others wait until somebody else has the rest. Downloads go on where they stopped.',
  pickFile: 'Choose a file to share',
  pickFolder: 'Choose a folder to share',
  coreFailed: 'Shoal could not start',
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
}

const KOREAN: Texts = {
  open: 'Shoal 열기',
  quit: 'Shoal 종료',
  cancel: '취소',
  keepRunning: '백그라운드에서 계속 실행',
  quitAnyway: '그래도 종료',
  transferring: '아직 전송 중인 항목이 있습니다.',
  transferringDetail:
    '지금 종료하면 다른 피어는 나머지를 가진 피어가 나타날 때까지 기다립니다. 내려받기는 멈춘 곳부터 이어집니다.',
  pickFile: '공유할 파일 선택',
  pickFolder: '공유할 폴더 선택',
  coreFailed: 'Shoal을 시작하지 못했습니다',
  file: '파일',
  edit: '편집',
  view: '보기',
  window: '창',
}

/** @param locale as the system says it: `ko`, `ko-KR`, `en-GB`. */
export function textsFor(locale: string): Texts {
  return /^ko\b/i.test(locale) ? KOREAN : ENGLISH
}
