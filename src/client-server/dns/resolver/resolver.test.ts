import { describe, expect, it } from 'vitest'
import { Name, question, RCODE, TYPE, type ResourceRecord } from '../wire/index.ts'
import { MAX_ALIASES, MAX_GLUELESS, MAX_QUERIES, MAX_TRIES, MAX_UNDER_WAY } from './limits.ts'
import { rr, TestInternet, textbook } from './test-internet.ts'
import type { Outcome, Resolution } from './types.ts'

function shown({ outcome }: { outcome: Outcome }): string {
  const aliases = outcome.aliases
    .map(({ data }) => (data.kind === 'CNAME' ? `→${data.target.toString()} ` : ''))
    .join('')
  if (outcome.is === 'records') return `${aliases}${outcome.records.map(dataText).join(' ')}`
  return `${aliases}${outcome.is === 'failed' ? outcome.why : outcome.is}`
}

function dataText({ data }: ResourceRecord): string {
  if (data.kind === 'A' || data.kind === 'AAAA') return data.address
  return data.kind === 'MX' ? `${data.preference} ${data.exchange.toString()}` : data.kind
}

function outcomes({ steps }: Resolution): string[] {
  return steps.map((step) => `${step.server?.address ?? 'cache'} ${step.outcome}`)
}

describe('the walk from the root', () => {
  it('goes by root, top-level domain and owner, telling each no more of the name than it needs', async () => {
    const internet = textbook()
    const resolution = await internet.ask(internet.resolver(), 'www.example.com.')
    expect(shown(resolution)).toBe('192.0.2.80')
    expect(internet.asked).toEqual([
      '10.0.0.1 com. A',
      '10.0.0.2 example.com. A',
      '10.0.0.4 www.example.com. A',
    ])
    expect(outcomes(resolution)).toEqual(['10.0.0.1 referral', '10.0.0.2 referral', '10.0.0.4 answer'])
    expect(resolution.steps.map(({ zone, at, ms }) => `${zone.toString()} ${at} ${ms}`)).toEqual([
      '. 0 10',
      'com. 10 10',
      'example.com. 20 10',
    ])
    expect(resolution.steps[0]!.records.map((record) => record.name.toString())).toEqual(['com.', 'ns.com.'])
    expect(resolution.cached).toBe(false)
  })

  it('asks nobody the second time, and counts the time to live down', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    await internet.ask(resolver, 'www.example.com.')
    internet.asked.length = 0
    internet.clock.advance(20_000)
    const again = await internet.ask(resolver, 'WWW.Example.com.')
    expect(shown(again)).toBe('192.0.2.80')
    expect(again.cached).toBe(true)
    expect(outcomes(again)).toEqual(['cache answer'])
    expect(again.outcome.is === 'records' && again.outcome.records[0]!.ttl).toBe(40)
    expect(internet.asked).toEqual([])
  })

  it('begins at the nearest zone it knows, and again higher up once that is forgotten', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    await internet.ask(resolver, 'www.example.com.')
    internet.asked.length = 0
    await internet.ask(resolver, 'a.b.example.com.')
    expect(internet.asked).toEqual(['10.0.0.4 b.example.com. A', '10.0.0.4 a.b.example.com. A'])
    internet.asked.length = 0
    internet.clock.advance(1_801_000)
    await internet.ask(resolver, 'www.example.com.')
    expect(internet.asked).toEqual(['10.0.0.2 example.com. A', '10.0.0.4 www.example.com. A'])
  })

  it('follows an alias from one zone into another', async () => {
    const internet = textbook()
    const resolution = await internet.ask(internet.resolver(), 'www.example.org.')
    expect(shown(resolution)).toBe('→www.example.com. 192.0.2.80')
    expect(outcomes(resolution).at(-1)).toBe('10.0.0.4 answer')
  })

  it('takes the records behind an alias of the same zone along', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'web.example.com.'))).toBe('→www.example.com. 192.0.2.80')
    internet.asked.length = 0
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('192.0.2.80')
    expect(shown(await internet.ask(resolver, 'web.example.com.', TYPE.CNAME))).toBe('CNAME')
    expect(internet.asked).toEqual([])
  })

  it('works once on a question that many ask', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    const all = Array.from({ length: 20 }, () =>
      resolver.resolve(question(Name.parse('www.example.com.'), TYPE.A)),
    )
    const resolutions = await internet.settle(Promise.all(all))
    expect(new Set(resolutions.map(shown))).toEqual(new Set(['192.0.2.80']))
    expect(internet.asked).toHaveLength(3)
  })

  it('asks a server once what several questions need to know', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    const all = ['www', 'web', 'nothing'].map((host) =>
      resolver.resolve(question(Name.parse(`${host}.example.com.`), TYPE.A)),
    )
    await internet.settle(Promise.all(all))
    expect(internet.asked.filter((line) => line.startsWith('10.0.0.1'))).toEqual(['10.0.0.1 com. A'])
    expect(internet.asked).toHaveLength(5)
  })

  it('lets one who gives up go, and goes on for the others', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    const asked = question(Name.parse('www.example.com.'), TYPE.A)
    const leaving = AbortSignal.abort(new Error('gone'))
    const stays = resolver.resolve(asked)
    await expect(resolver.resolve(asked, { signal: leaving })).rejects.toThrow('gone')
    expect(shown(await internet.settle(stays))).toBe('192.0.2.80')
  })

  it('gives the port that the configuration has for a zone', async () => {
    const internet = textbook()
    const portOf = (zone: Name): number => (zone.toString() === 'com.' ? 5301 : 53)
    const { steps } = await internet.ask(internet.resolver({ portOf }), 'www.example.com.')
    expect(steps.map(({ server }) => server!.port)).toEqual([53, 5301, 53])
  })
})

describe('names that are not there', () => {
  it('is remembered for the lower of the SOA’s times, whatever the type', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    const first = await internet.ask(resolver, 'nothing.example.com.')
    expect(shown(first)).toBe('no-name')
    expect(first.outcome.is === 'no-name' && first.outcome.soa!.ttl).toBe(60)
    internet.asked.length = 0
    internet.clock.advance(10_000)
    const again = await internet.ask(resolver, 'nothing.example.com.', TYPE.MX)
    expect(again.outcome.is === 'no-name' && again.outcome.soa!.ttl).toBe(50)
    expect(shown(await internet.ask(resolver, 'below.nothing.example.com.'))).toBe('no-name')
    expect(internet.asked).toEqual([])
    internet.clock.advance(50_000)
    await internet.ask(resolver, 'nothing.example.com.')
    expect(internet.asked).not.toEqual([])
  })

  it('is another matter than a type that is not there', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'www.example.com.', TYPE.AAAA))).toBe('no-data')
    expect(shown(await internet.ask(resolver, 'www.example.com.', TYPE.A))).toBe('192.0.2.80')
    internet.asked.length = 0
    expect(shown(await internet.ask(resolver, 'www.example.com.', TYPE.AAAA))).toBe('no-data')
    expect(internet.asked).toEqual([])
  })

  it('is not remembered when the zone does not say for how long', async () => {
    const internet = textbook().server('10.0.0.4', () => ({ authoritative: true, rcode: RCODE.NXDOMAIN }))
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'x.example.com.'))).toBe('no-name')
    internet.asked.length = 0
    expect(shown(await internet.ask(resolver, 'x.example.com.'))).toBe('no-name')
    expect(internet.asked).toEqual(['10.0.0.4 x.example.com. A'])
  })

  it('may be where an alias leads', async () => {
    const internet = textbook().zone('10.0.0.5', 'example.org.', 'www 60 CNAME gone.example.com.')
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'www.example.org.'))).toBe('→gone.example.com. no-name')
    expect(shown(await internet.ask(resolver, 'www.example.org.', TYPE.CNAME))).toBe('CNAME')
  })

  it('asks in full when a server denies a name that only has others below it', async () => {
    const internet = textbook().server('10.0.0.4', ({ name }) =>
      name.toString() === 'a.b.example.com.'
        ? { authoritative: true, answers: [rr('a.b.example.com. 60 A 192.0.2.81')] }
        : {
            authoritative: true,
            rcode: RCODE.NXDOMAIN,
            authorities: [rr('example.com. 60 SOA . . 1 1 1 1 60')],
          },
    )
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'a.b.example.com.'))).toBe('192.0.2.81')
    // The denial was not believed, so nothing of it stays.
    expect(resolver.cacheLines().some(({ known }) => known.is === 'no-name')).toBe(false)
  })
})

describe('what somebody may not say', () => {
  it('is left out: answers, aliases’ targets and glue outside the zone asked', async () => {
    const poison = rr('www.example.org. 3600 A 6.6.6.6')
    const internet = textbook().server('10.0.0.4', () => ({
      authoritative: true,
      answers: [rr('www.example.com. 60 CNAME www.example.org.'), poison],
      additionals: [poison, rr('ns.org. 3600 A 6.6.6.6')],
      authorities: [rr('org. 3600 NS ns.org.'), rr('. 3600 NS evil.example.com.')],
    }))
    internet.zone('10.0.0.5', 'example.org.', 'www 60 A 192.0.2.5')
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('→www.example.org. 192.0.2.5')
    expect(internet.asked.some((line) => line.startsWith('6.6.6.6'))).toBe(false)
  })

  it('does not count when the server has no authority for it', async () => {
    const internet = textbook().server('10.0.0.4', () => ({ answers: [rr('www.example.com. 60 A 6.6.6.6')] }))
    expect(shown(await internet.ask(internet.resolver(), 'www.example.com.'))).toBe('no-server-answers')
  })

  it('leads nowhere: a referral upwards, sideways or to itself', async () => {
    for (const zone of ['.', 'com.', 'example.com.', 'other.example.com.', 'x.www.example.com.']) {
      const internet = textbook().server('10.0.0.4', () => ({
        authorities: [rr(`${zone} 60 NS ns.example.com.`)],
        additionals: [rr('ns.example.com. 60 A 10.0.0.4')],
      }))
      expect(shown(await internet.ask(internet.resolver(), 'www.example.com.')), zone).toBe(
        'no-server-answers',
      )
      expect(internet.asked.length).toBeLessThan(10)
    }
  })

  it('is an address of a server in somebody else’s zone: that is asked for there', async () => {
    const internet = textbook().zone(
      '10.0.0.2',
      'com.',
      'far 60 NS ns.example.org.',
      'ns.example.org. 60 A 6.6.6.6',
    )
    internet.zone('10.0.0.5', 'example.org.', 'ns 60 A 10.0.0.6')
    internet.zone('10.0.0.6', 'far.com.', 'www 60 A 192.0.2.6')
    expect(shown(await internet.ask(internet.resolver(), 'www.far.com.'))).toBe('192.0.2.6')
    expect(internet.asked.some((line) => line.startsWith('6.6.6.6'))).toBe(false)
  })

  it('is how long a name of another zone does not exist', async () => {
    for (const owner of ['org.', '.', 'other.example.com.']) {
      const internet = textbook().server('10.0.0.4', () => ({
        authoritative: true,
        rcode: RCODE.NXDOMAIN,
        authorities: [rr(`${owner} 86400 SOA . . 1 1 1 1 86400`)],
      }))
      const resolver = internet.resolver()
      const { outcome } = await internet.ask(resolver, 'gone.example.com.')
      expect(outcome).toMatchObject({ is: 'no-name', soa: undefined })
      expect(resolver.cacheLines()).toEqual([])
    }
  })

  it('is refused when it contradicts itself: two aliases of one name', async () => {
    const internet = textbook().server('10.0.0.4', () => ({
      authoritative: true,
      answers: [
        rr('www.example.com. 60 CNAME a.example.com.'),
        rr('www.example.com. 60 CNAME b.example.com.'),
      ],
    }))
    expect(shown(await internet.ask(internet.resolver(), 'www.example.com.'))).toBe('no-server-answers')
  })

  it('does not become an answer: addresses of servers that came with a referral', async () => {
    const internet = new TestInternet()
      .zone('10.0.0.1', '.', 'com. 60 NS ns.com.', 'ns.com. 60 A 10.0.0.2')
      .zone('10.0.0.2', 'com.', 'ns 60 A 192.0.2.2')
    expect(shown(await internet.ask(internet.resolver(), 'ns.com.'))).toBe('192.0.2.2')
  })

  it('cannot keep a zone alive that was taken away', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    await internet.ask(resolver, 'www.example.com.')
    internet.zone('10.0.0.4', 'example.com.', '@ 86400 NS ns', 'ns 86400 A 10.0.0.4', 'new 60 A 6.6.6.6')
    await internet.ask(resolver, 'example.com.', TYPE.NS)
    internet.zone('10.0.0.2', 'com.')
    internet.clock.advance(1_801_000)
    expect(shown(await internet.ask(resolver, 'new.example.com.'))).toBe('no-name')
  })
})

describe('bounds', () => {
  function chain(length: number): TestInternet {
    const internet = new TestInternet()
    const zones = Array.from({ length: length + 1 }, (_, i) => i)
    internet.zone(
      '10.0.0.1',
      '.',
      ...zones.flatMap((i) => [`z${i}. 60 NS ns.z${i}.`, `ns.z${i}. 60 A 10.1.0.${i}`]),
    )
    for (const i of zones)
      internet.zone(`10.1.0.${i}`, `z${i}.`, i < length ? `a 60 CNAME a.z${i + 1}.` : 'a 60 A 192.0.2.1')
    return internet
  }

  it('follows a cold chain of eleven aliases in eleven zones, and not one of twelve', async () => {
    expect(MAX_ALIASES).toBe(11)
    const eleven = chain(11)
    expect(shown(await eleven.ask(eleven.resolver(), 'a.z0.'))).toMatch(/^(→a\.z\d+\. ){11}192\.0\.2\.1$/)
    const twelve = chain(12)
    expect(shown(await twelve.ask(twelve.resolver(), 'a.z0.'))).toMatch(/too-many-aliases$/)
  })

  it('counts aliases of one zone that come in one answer the same', async () => {
    for (const [length, end] of [
      [11, '192.0.2.9'],
      [12, 'too-many-aliases'],
    ] as const) {
      const lines = Array.from({ length }, (_, i) => `c${i} 60 CNAME c${i + 1}`)
      const internet = new TestInternet().zone('10.0.0.1', '.', ...lines, `c${length} 60 A 192.0.2.9`)
      expect(shown(await internet.ask(internet.resolver(), 'c0.')).endsWith(end), `${length}`).toBe(true)
    }
  })

  it('recognises aliases that go round in a circle', async () => {
    const internet = textbook().zone('10.0.0.5', 'example.org.', 'www 60 CNAME web.example.com.')
    internet.zone('10.0.0.4', 'example.com.', 'web 60 CNAME www.example.org.')
    expect(shown(await internet.ask(internet.resolver(), 'www.example.org.'))).toMatch(/too-many-aliases$/)
    expect(internet.asked.length).toBeLessThan(12)
  })

  it('looks for the addresses of a few servers only when a delegation names hundreds', async () => {
    const many = Array.from({ length: 300 }, (_, i) => rr(`evil.com. 60 NS ns${i}.victim.org.`))
    const internet = textbook().server('10.0.0.2', () => ({ authorities: many }))
    internet.zone('10.0.0.3', 'org.', 'victim 60 NS ns.victim', 'ns.victim 60 A 10.0.0.9')
    internet.zone('10.0.0.9', 'victim.org.')
    expect(shown(await internet.ask(internet.resolver(), 'x.evil.com.'))).toBe('no-server-answers')
    const atVictim = internet.asked.filter((line) => line.startsWith('10.0.0.9'))
    expect(atVictim).toHaveLength(MAX_GLUELESS)
  })

  it('finds a server whose address belongs to another zone', async () => {
    const internet = textbook().zone('10.0.0.2', 'com.', 'far 60 NS ns.example.org.')
    internet.zone('10.0.0.5', 'example.org.', 'ns 60 A 10.0.0.6')
    internet.zone('10.0.0.6', 'far.com.', 'www 60 A 192.0.2.6')
    const resolution = await internet.ask(internet.resolver(), 'www.far.com.')
    expect(shown(resolution)).toBe('192.0.2.6')
    expect(outcomes(resolution)).toContain('10.0.0.5 answer')
  })

  it('gives up on servers that are found only through each other, or through themselves', async () => {
    const internet = new TestInternet().zone(
      '10.0.0.1',
      '.',
      'a. 60 NS ns.b.',
      'b. 60 NS ns.a.',
      'c. 60 NS ns.c.',
    )
    expect(shown(await internet.ask(internet.resolver(), 'www.a.'))).toBe('no-server-answers')
    expect(shown(await internet.ask(internet.resolver(), 'www.c.'))).toBe('no-server-answers')
    expect(internet.asked.length).toBeLessThan(12)
  })

  it('sends no more than its share of queries whatever the servers answer', async () => {
    // Each zone delegates to servers in ever new zones, whose servers are in ever new zones …
    let serial = 0
    const internet = new TestInternet().server('10.0.0.1', ({ name }) => ({
      authorities: Array.from({ length: 13 }, () => {
        const zone = name.last(1)
        return rr(`${zone.toString()} 60 NS ns.t${serial++}.`)
      }),
    }))
    const resolution = await internet.ask(internet.resolver(), 'www.start.')
    expect(resolution.outcome.is).toBe('failed')
    expect(internet.asked.length).toBeLessThanOrEqual(MAX_QUERIES)
  })

  it('does not go down for ever where every zone delegates to the next', async () => {
    const internet = new TestInternet().server('10.0.0.1', ({ name }) => ({
      authorities: [rr(`${name.toString()} 60 NS ns.root.`)],
      additionals: [rr('ns.root. 60 A 10.0.0.1')],
    }))
    const deep = Array.from({ length: 60 }, () => 'x').join('.')
    const resolution = await internet.ask(internet.resolver(), `${deep}.`)
    expect(resolution.outcome.is).toBe('failed')
    expect(internet.asked.length).toBeLessThanOrEqual(MAX_QUERIES)
  })

  it('tells a name of many labels in few queries', async () => {
    const deep = Array.from({ length: 60 }, () => 'x').join('.')
    const internet = new TestInternet().zone('10.0.0.1', '.', `${deep} 60 A 192.0.2.7`)
    expect(shown(await internet.ask(internet.resolver(), `${deep}.`))).toBe('192.0.2.7')
    expect(internet.asked.length).toBeLessThanOrEqual(11)
  })

  it('refuses more questions at once than it can hold', async () => {
    const internet = new TestInternet()
    const resolver = internet.resolver()
    const ask = (i: number): Promise<Resolution> => resolver.resolve(question(Name.parse(`n${i}.`), TYPE.A))
    const waiting = Array.from({ length: MAX_UNDER_WAY }, (_, i) => ask(i))
    expect(shown(await ask(MAX_UNDER_WAY))).toBe('too-much-work')
    await internet.settle(Promise.all(waiting))
    expect(shown(await internet.settle(ask(MAX_UNDER_WAY)))).not.toBe('too-much-work')
  })
})

describe('servers that fail', () => {
  it('are passed over for others, and asked last for a while', async () => {
    const internet = textbook()
      .zone(
        '10.0.0.2',
        'com.',
        'two 60 NS a.two',
        'two 60 NS b.two',
        'a.two 60 A 10.0.2.1',
        'b.two 60 A 10.0.2.2',
      )
      .zone('10.0.2.2', 'two.com.', 'www 60 A 192.0.2.22', 'ftp 60 A 192.0.2.23', 'x 60 A 192.0.2.24')
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'www.two.com.'))).toBe('192.0.2.22')
    expect(shown(await internet.ask(resolver, 'ftp.two.com.'))).toBe('192.0.2.23')
    internet.asked.length = 0
    expect(shown(await internet.ask(resolver, 'x.two.com.'))).toBe('192.0.2.24')
    expect(internet.asked).toEqual(['10.0.2.2 x.two.com. A'])
  })

  it.each(['SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP'] as const)('are passed over at %s', async (name) => {
    const internet = textbook()
      .zone(
        '10.0.0.2',
        'com.',
        'two 60 NS a.two',
        'two 60 NS b.two',
        'a.two 60 A 10.0.2.1',
        'b.two 60 A 10.0.2.2',
      )
      .server('10.0.2.1', () => ({ rcode: RCODE[name] }))
      .zone('10.0.2.2', 'two.com.', 'www 60 A 192.0.2.22')
    expect(shown(await internet.ask(internet.resolver(), 'www.two.com.'))).toBe('192.0.2.22')
  })

  it('are asked a bounded number of times', async () => {
    const internet = textbook()
    internet.remove('10.0.0.4')
    const resolution = await internet.ask(internet.resolver(), 'www.example.com.')
    expect(shown(resolution)).toBe('no-server-answers')
    expect(outcomes(resolution).filter((line) => line === '10.0.0.4 timeout')).toHaveLength(2)
    expect(internet.asked.length).toBeLessThanOrEqual(2 + MAX_TRIES)
  })

  it('are not asked again at once, and more rarely the longer it lasts', async () => {
    const internet = textbook().server('10.0.0.4', () => ({ rcode: RCODE.SERVFAIL }))
    const resolver = internet.resolver()
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('no-server-answers')
    const asked = internet.asked.length
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('failed-before')
    expect(internet.asked).toHaveLength(asked)
    internet.clock.advance(2_000)
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('no-server-answers')
    internet.clock.advance(3_000)
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('failed-before')
    internet.clock.advance(2_000)
    internet.zone('10.0.0.4', 'example.com.', 'www 60 A 192.0.2.80')
    expect(shown(await internet.ask(resolver, 'www.example.com.'))).toBe('192.0.2.80')
  })

  it('may have moved: the zone above is asked again', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    await internet.ask(resolver, 'www.example.com.')
    internet.remove('10.0.0.4')
    internet.zone('10.0.0.2', 'com.', 'example 1800 NS ns.example', 'ns.example 1800 A 10.0.0.44')
    internet.zone('10.0.0.44', 'example.com.', 'ftp 60 A 192.0.2.21')
    expect(shown(await internet.ask(resolver, 'ftp.example.com.'))).toBe('192.0.2.21')
  })

  it('are not looked for again higher up when they were named just now', async () => {
    const internet = textbook().zone('10.0.0.2', 'com.', 'lame 60 NS ns.lame', 'ns.lame 60 A 10.0.0.99')
    const resolver = internet.resolver()
    await internet.ask(resolver, 'com.', TYPE.SOA)
    internet.asked.length = 0
    expect(shown(await internet.ask(resolver, 'www.lame.com.'))).toBe('no-server-answers')
    expect(internet.asked.filter((line) => line.startsWith('10.0.0.2'))).toHaveLength(1)
  })

  it('never keep anybody waiting longer than the time allowed', async () => {
    const internet = textbook().zone(
      '10.0.0.2',
      'com.',
      ...Array.from({ length: 9 }, (_, i) => [`slow 60 NS n${i}.slow`, `n${i}.slow 60 A 10.9.0.${i}`]).flat(),
    )
    const started = internet.clock.now()
    const resolution = await internet.ask(internet.resolver(), 'www.slow.com.')
    expect(resolution.outcome.is).toBe('failed')
    expect(internet.clock.now() - started).toBeLessThan(8_200)
  })
})

describe('the cache', () => {
  it('forgets all, or what lies in a zone, on request', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    await internet.ask(resolver, 'www.example.com.')
    await internet.ask(resolver, 'www.example.org.')
    resolver.clear(Name.parse('example.org.'))
    expect(resolver.cacheLines().map(({ name }) => name.toString())).toEqual(['www.example.com.'])
    expect(resolver.generation).toBe(1)
    resolver.clear()
    internet.asked.length = 0
    await internet.ask(resolver, 'www.example.com.')
    expect(internet.asked).toHaveLength(3)
  })

  it('tells without asking anybody what it knows', async () => {
    const internet = textbook()
    const resolver = internet.resolver()
    const asked = question(Name.parse('www.example.com.'), TYPE.A)
    expect(await resolver.recall(asked)).toBeUndefined()
    await internet.ask(resolver, 'www.example.com.')
    internet.asked.length = 0
    expect((await resolver.recall(asked))?.is).toBe('records')
    expect(await resolver.recall(question(asked.name, TYPE.MX))).toBeUndefined()
    expect(internet.asked).toEqual([])
  })
})

describe('other domains', () => {
  const upstream = { address: '10.5.5.5', port: 53 }

  it('go to the system’s resolver when the user allows it, and are believed less than a zone’s own word', async () => {
    const internet = textbook().server('10.5.5.5', () => ({ answers: [rr('shop.test. 60 A 198.51.100.1')] }))
    const upstreamOf = (name: Name) => (name.toString().endsWith('test.') ? [upstream] : [])
    const resolver = internet.resolver({ upstreamOf })
    const resolution = await internet.ask(resolver, 'shop.test.')
    expect(shown(resolution)).toBe('198.51.100.1')
    expect(internet.asked).toEqual(['10.5.5.5 shop.test. A'])
    const [line] = resolver.cacheLines()
    expect(line!.known.is === 'records' && line!.known.rank).toBe('told')
    await internet.ask(resolver, 'www.example.com.')
    expect(internet.asked).toContain('10.0.0.4 www.example.com. A')
  })

  it('do not exist otherwise', async () => {
    const internet = textbook()
    expect(shown(await internet.ask(internet.resolver(), 'shop.test.'))).toBe('no-name')
  })
})
