/** Direct messages and offers. */
export const messagesEn = {
  noticeNote: '{{name}} wrote',
  noticeOffer: '{{name}} offers you “{{offer}}”',
}
