/** Words of the sequence diagram. */
export const sequenceEn = {
  number: 'No.',
  from: 'From',
  to: 'To',
  message: 'Message',
  time: 'Time',
}

export const sequenceKo: typeof sequenceEn = {
  number: '번호',
  from: '보낸 쪽',
  to: '받는 쪽',
  message: '메시지',
  time: '시간',
}
