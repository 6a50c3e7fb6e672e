import type { Translation } from '../i18n/en.ts'

export const deliveriesKo: Translation['deliveries'] = {
  title: '메시지: 직접 보내기와 메일',
  text: '같은 메시지를 같은 순간에 두 방식으로 보냅니다. 이 노트북의 실제 연결을 씁니다. 하나는 노드에서 노드로, 다른 하나는 SMTP로 메일 서버에서 메일 서버로 푸시되고, 거기서 HTTP로 가져옵니다.',
  start: '메시지 {{number}}개를 두 방식으로 보내기',
  again: '다시 보내기',
  running: '진행 중: {{condition}}',
  stop: '중단',
  direct: '직접',
  mail: '메일',
  condition: '그동안 일어나는 일',
  delivered: '{{way}}: 전달',
  median: '{{way}}: 보통 지연',
  longest: '{{way}}: 최장 지연',
  of: '{{sent}}개 중 {{delivered}}개',
  awake: '모두 깨어 있음',
  asleep: '받는 사람의 노트북이 잠시 잠듦',
  'server-down': '받는 사람의 메일 서버가 잠시 꺼짐',
  explainAwake:
    '방해하는 것이 없습니다. 직접 메시지는 한 걸음이고, 메일은 두 번 푸시된 뒤 가져갈 때까지 기다립니다.',
  explainAsleep:
    '잠든 노트북에 직접 보낸 것은 사라지고, 보낸 사람이 그것을 압니다. 메일은 메일 박스에서 기다렸다가 깨어난 뒤에 가져갑니다.',
  explainServerDown:
    '직접 메시지는 영향을 받지 않습니다. 서버를 거치지 않기 때문입니다. 메일은 보낸 쪽 서버의 메시지 큐에서 기다렸다가 서버가 돌아오면 푸시됩니다.',
  sender: '앨리스가 보냄',
  recipient: '밥이 받음',
  picture: '{{way}}, {{condition}}: 메시지 {{sent}}개 중 {{delivered}}개 전달',
  lost: '사라짐',
  scale:
    '여기서는 0.25초에서 1초 뒤에 다시 시도합니다. 현실에서는 몇 분에서 한 시간 뒤이고, 장애도 그만큼 더 깁니다.',
}
