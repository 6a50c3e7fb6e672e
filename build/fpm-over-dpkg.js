#!/usr/bin/env node
// Makes a .deb from the words electron-builder says to fpm, with the system's dpkg-deb: where fpm would have to be downloaded
// first. Understands what electron-builder uses, and refuses the rest.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const text = /** @type {const} */ ({ type: 'string' })
const list = /** @type {const} */ ({ type: 'string', multiple: true })

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    force: { type: 'boolean' },
    'input-type': { ...text, short: 's' },
    'output-type': { ...text, short: 't' },
    log: text,
    architecture: text,
    name: text,
    version: text,
    description: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
    category: text,
    package: text,
    iteration: text,
    'after-install': text,
    'after-remove': text,
    'deb-priority': text,
    'deb-compression': text,
    depends: { ...list, short: 'd' },
    'deb-recommends': list,
    'exclude-from-filesystem': list,
  },
})

if (values['output-type'] !== 'deb') throw new Error(`makes deb, not ${values['output-type']}`)

const stage = mkdtempSync(join(tmpdir(), 'shoal-deb-'))
// The stage becomes the root folder of whoever installs it.
chmodSync(stage, 0o755)
try {
  for (const mapping of positionals) place(mapping)
  control()
  const compression = values['deb-compression'] ?? 'xz'
  const args = ['--root-owner-group', `-Z${compression}`, '--build', stage, values.package ?? '']
  execFileSync('dpkg-deb', args, { stdio: 'inherit' })
} finally {
  rmSync(stage, { recursive: true, force: true })
}

/** @param {string} mapping `source=target`, a folder's contents when the source ends in a slash */
function place(mapping) {
  const at = mapping.lastIndexOf('=')
  const source = mapping.slice(0, at)
  const target = join(stage, mapping.slice(at + 1))
  mkdirSync(dirname(target), { recursive: true })
  cpSync(source, target.endsWith('/') ? join(target, basename(source)) : target, { recursive: true })
  if (!statSync(target).isDirectory()) chmodSync(target, 0o644)
}

function control() {
  const folder = join(stage, 'DEBIAN')
  mkdirSync(folder)
  const [summary = '', ...rest] = (values.description ?? '').trim().split('\n')
  const size = execFileSync('du', ['-sk', '--exclude=DEBIAN', stage], { encoding: 'utf8' }).split('\t')[0]
  /** @type {[string, string | undefined][]} */
  const fields = [
    ['Package', values.name],
    ['Version', values.version],
    ['Architecture', values.architecture],
    ['Maintainer', values.maintainer],
    ['Installed-Size', size],
    ['Section', values.category],
    ['Priority', values['deb-priority']],
    ['Homepage', values.url],
    ['Depends', values.depends?.join(', ')],
    ['Recommends', values['deb-recommends']?.join(', ')],
    ['Description', [summary.trim(), ...rest.map((line) => ` ${line.trim() || '.'}`)].join('\n')],
  ]
  const lines = fields.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`)
  writeFileSync(join(folder, 'control'), `${lines.join('\n')}\n`)
  script(values['after-install'], join(folder, 'postinst'))
  script(values['after-remove'], join(folder, 'postrm'))
}

/**
 * @param {string | undefined} from
 * @param {string} to
 */
function script(from, to) {
  if (from === undefined) return
  writeFileSync(to, readFileSync(from))
  chmodSync(to, 0o755)
}
