import type { Translation } from '../i18n/en.ts'

export const messagesKo: Translation['messages'] = {
  noticeNote: '{{name}} 님의 메시지',
  noticeOffer: '{{name}} 님이 “{{offer}}”을(를) 보내려고 합니다',
}
