import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isShoalError } from '../../../base/index.ts'
import { CLASS, Name, TYPE, type ResourceRecord } from '../wire/index.ts'
import { anyRecord, name, plainName } from '../wire/test-messages.ts'
import { formatZone } from './record-text.ts'
import { Zone } from './zone.ts'
import { parseZoneText } from './zone-text.ts'

const CHECKER = ['/usr/bin/named-checkzone', '/usr/sbin/named-checkzone'].find((path) => {
  try {
    execFileSync(path, ['-v'])
    return true
  } catch {
    return false
  }
})
const why = CHECKER ? '' : ' (skipped: named-checkzone of BIND is not installed)'

const origin = name('example.com')
const HEAD = parseZoneText('$TTL 300\n@ SOA ns admin 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.53', origin)

function accepts(zone: Zone): void {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-zone-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'zone')
  writeFileSync(file, formatZone(zone.origin, zone.records))
  // Hosts elsewhere are not looked up, and names may have any octets.
  const args = ['-i', 'local', '-k', 'ignore', '-q', zone.origin.toString(), file]
  execFileSync(CHECKER!, args, { stdio: 'pipe' })
}

/** Names below the zone, as people and as nobody would choose them. */
const owner = fc
  .oneof(
    plainName.map((it) => it.last(2)),
    fc
      .array(fc.uint8Array({ minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 3 })
      .map((labels) => Name.of(labels)),
  )
  .map((it) => Name.of([...it.labels, ...origin.labels]))

const types = fc.constantFrom<number>(
  TYPE.A,
  TYPE.AAAA,
  TYPE.CNAME,
  TYPE.PTR,
  TYPE.MX,
  TYPE.TXT,
  TYPE.SRV,
  TYPE.NS,
  65_280,
)

function tryZone(records: readonly ResourceRecord[]): Zone | undefined {
  try {
    return Zone.of(origin, [...HEAD, ...records])
  } catch (error) {
    if (isShoalError(error, 'bad-zone')) return undefined
    throw error
  }
}

describe.skipIf(!CHECKER)(`named-checkzone${why}`, () => {
  test('accepts a zone with everything in it', () => {
    const text = `
$TTL 60
@ MX 10 mail
@ TXT "v=spf1 -all" "\\"quoted\\" \\\\ \\000 안녕"
mail A 192.0.2.25
mail AAAA 2001:db8::25
www CNAME mail
*.wild A 192.0.2.9
a.b.c.d SRV 0 5 8420 mail
odd\\.label\\032here PTR mail
sub NS ns.sub
ns.sub A 192.0.2.54
x TYPE65280 \\# 3 aabbcc
`
    accepts(Zone.of(origin, [...HEAD, ...parseZoneText(text, origin)]))
  })

  test('accepts whatever zone we accept', () => {
    const records = fc.array(anyRecord(owner, types, fc.constant(CLASS.IN)), { minLength: 1, maxLength: 6 })
    let checked = 0
    fc.assert(
      fc.property(records, (them) => {
        const zone = tryZone(them)
        if (!zone) return
        checked++
        accepts(zone)
      }),
      { numRuns: 60 },
    )
    expect(checked).toBeGreaterThan(10)
  })
})
