/** Direct messages beside mail, compared. */
export const deliveriesEn = {
  title: 'A message: direct or by mail',
  text: 'The same messages go both ways at the same moments, over real connections of this laptop: from node to node, and by SMTP from one mail server to the other, where they are pulled by HTTP.',
  start: 'Send {{number}} messages both ways',
  again: 'Send them again',
  running: 'Under way: {{condition}}',
  stop: 'Stop',
  direct: 'Direct',
  mail: 'Mail',
  condition: 'What happens meanwhile',
  delivered: '{{way}}: delivered',
  median: '{{way}}: usual delay',
  longest: '{{way}}: longest',
  of: '{{delivered}} of {{sent}}',
  awake: 'Everybody is awake',
  asleep: 'The recipient’s laptop sleeps for a while',
  'server-down': 'The recipient’s mail server is down for a while',
  explainAwake:
    'Nothing stands in the way. A direct message is one step; mail is pushed twice and waits until it is pulled.',
  explainAsleep:
    'A direct message to a laptop asleep is lost, and its sender knows. Mail waits in the mailbox and is pulled on waking.',
  explainServerDown:
    'Direct messages do not notice: no server takes part. Mail waits in the message queue of the sender’s server and is pushed when the other is back.',
  sender: 'Alice sends',
  recipient: 'Bob has it',
  picture: '{{way}}, {{condition}}: {{delivered}} of {{sent}} messages delivered',
  lost: 'lost',
  scale:
    'Retries here come after a quarter of a second up to a second; in the world after minutes up to an hour, and troubles last as much longer.',
}
