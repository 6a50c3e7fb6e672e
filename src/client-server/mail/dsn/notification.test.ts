import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { MAX_RETURNED_BYTES } from './limits.ts'
import { writeNotification, type NotificationInit } from './notification.ts'

const ORIGINAL = 'From: alice@a.test\r\nMessage-ID: <1@a.test>\r\nSubject: Hi\r\n\r\nHello\r\n'

function notification(change: Partial<NotificationInit> = {}): string {
  const bytes = writeNotification({
    host: 'alpha.shoal.internal',
    sender: 'alice@a.test',
    original: Buffer.from(ORIGINAL),
    reports: [
      {
        address: 'nobody@b.test',
        action: 'failed',
        status: '5.1.1',
        remote: 'beta.shoal.internal',
        diagnostic: '550 5.1.1 No such mailbox',
      },
    ],
    arrivedAt: 1_700_000_000_000,
    now: 1_700_000_005_000,
    triedUntil: 1_700_400_000_000,
    messageId: '<n1@alpha.shoal.internal>',
    boundary: 'b-0123456789',
    ...change,
  })
  return Buffer.from(bytes).toString()
}

describe('a notification', () => {
  it('says to people and to programs who did not get what, and why, and returns the message', () => {
    expect(notification()).toBe(
      [
        'From: Mail Delivery System <MAILER-DAEMON@alpha.shoal.internal>',
        'To: alice@a.test',
        'Subject: Undelivered Mail Returned to Sender',
        'Date: Tue, 14 Nov 2023 22:13:25 +0000',
        'Message-ID: <n1@alpha.shoal.internal>',
        'In-Reply-To: <1@a.test>',
        'References: <1@a.test>',
        'Auto-Submitted: auto-replied',
        'MIME-Version: 1.0',
        'Content-Type: multipart/report; report-type=delivery-status;',
        '\tboundary="b-0123456789"',
        '',
        '--b-0123456789',
        'Content-Description: Notification',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'This is the mail server at alpha.shoal.internal.',
        '',
        'Your message could not be delivered to the people below. Nothing more will be tried for them.',
        '',
        '<nobody@b.test>: beta.shoal.internal said: 550 5.1.1 No such mailbox (5.1.1)',
        '',
        '--b-0123456789',
        'Content-Description: Delivery report',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; alpha.shoal.internal',
        'Arrival-Date: Tue, 14 Nov 2023 22:13:20 +0000',
        '',
        'Final-Recipient: rfc822; nobody@b.test',
        'Original-Recipient: rfc822; nobody@b.test',
        'Action: failed',
        'Status: 5.1.1',
        'Remote-MTA: dns; beta.shoal.internal',
        'Diagnostic-Code: smtp; 550 5.1.1 No such mailbox',
        '',
        '--b-0123456789',
        'Content-Description: The message',
        'Content-Type: message/rfc822',
        '',
        'From: alice@a.test',
        'Message-ID: <1@a.test>',
        'Subject: Hi',
        '',
        'Hello',
        '',
        '--b-0123456789--',
        '',
      ].join('\r\n'),
    )
  })

  it('of a delay says until when it is tried', () => {
    const text = notification({
      reports: [
        {
          address: 'bob@b.test',
          action: 'delayed',
          status: '4.4.1',
          remote: undefined,
          diagnostic: 'nobody\r\nanswers',
        },
      ],
    })
    expect(text).toContain('Subject: Delayed Mail (still being retried)')
    expect(text).toContain(
      'Action: delayed\r\nStatus: 4.4.1\r\nDiagnostic-Code: X-Shoal; nobody answers\r\nWill-Retry-Until: ',
    )
  })

  it('of a large message returns the head alone', () => {
    const text = notification({ original: Buffer.from(ORIGINAL + 'x'.repeat(MAX_RETURNED_BYTES)) })
    expect(text).toContain('Content-Type: text/rfc822-headers\r\n\r\nFrom: alice@a.test\r\n')
    expect(text).not.toContain('Hello')
  })

  it('quotes no more of an answer than is good, and passes on other alphabets as 8-bit text', () => {
    const text = notification({
      original: Buffer.from('Subject: 안녕\r\n\r\n안녕\r\n'),
      reports: [
        {
          address: '김@b.test',
          action: 'failed',
          status: '5.6.7',
          remote: 'b.test',
          diagnostic: 'x'.repeat(5_000),
        },
      ],
    })
    expect(text).toContain('Final-Recipient: utf-8; 김@b.test')
    expect(text.split('x'.repeat(400))).toHaveLength(3)
    expect(text).not.toContain('x'.repeat(401))
    expect(text.match(/Content-Transfer-Encoding: 8bit/g)).toHaveLength(4)
  })

  it('is read by a mail library of others as a report on that recipient', (context) => {
    const script = `
import sys, email
m = email.message_from_bytes(sys.stdin.buffer.read())
status = m.get_payload()[1].get_payload()
print(m.get_content_type(), status[1]['Action'], status[1]['Status'], m.get_payload()[2].get_payload()[0]['Subject'])`
    let out: string
    try {
      out = execFileSync('python3', ['-c', script], { input: notification(), encoding: 'utf8' })
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return context.skip('python3 is not installed')
      throw error
    }
    expect(out.trim()).toBe('multipart/report failed 5.1.1 Hi')
  })
})
