// What the tests drive and compare with, from the system's packages: on Debian and its relatives, as root.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { onPath, run } from './programs.js'

/** Debian's package of each program. Who has the program has what is needed. */
const PACKAGE_OF = {
  aria2c: 'aria2',
  'dbus-run-session': 'dbus-daemon',
  dig: 'bind9-dnsutils',
  drill: 'ldnsutils',
  ip: 'iproute2',
  kdig: 'knot-dnsutils',
  'named-checkzone': 'bind9-utils',
  netstat: 'net-tools',
  nsd: 'nsd',
  python3: 'python3',
  thunderbird: 'thunderbird',
  tshark: 'tshark',
  unbound: 'unbound',
  unzip: 'unzip',
  wget: 'wget',
  'xvfb-run': 'xvfb',
}

/** Korean text in screenshots needs the second. */
const BROWSER_PACKAGES = ['chromium', 'fonts-noto-cjk']

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Packages of these would also serve from the next start of the system on. */
const SERVICES = ['nsd', 'unbound']

/** Asked before a package's service is started; 101 forbids it (Debian's invoke-rc.d). */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

/** @returns {string | undefined} Path of the system's Chromium. */
export function systemBrowser() {
  return onPath(BROWSERS)
}

/** @returns {string[]} Packages of the programs that are not here. */
export function missingPackages() {
  const programs = Object.entries(PACKAGE_OF).filter(([program]) => !onPath([program]))
  const browser = process.env['CHROMIUM'] || systemBrowser() ? [] : BROWSER_PACKAGES
  return [...new Set([...browser, ...programs.map(([, name]) => name)])]
}

/** @returns {string | undefined} Why nothing can be installed. */
export function whyNoPackages() {
  if (process.env['SHOAL_NO_APT'] === '1') return 'SHOAL_NO_APT=1'
  if (process.getuid?.() !== 0) return 'not root'
  return existsSync('/usr/bin/apt-get') ? undefined : 'no apt-get'
}

/** Installs what is missing, where that is possible. What cannot be had is not an error: its tests are skipped. */
export async function installMissing() {
  const packages = missingPackages()
  if (packages.length === 0 || whyNoPackages()) return
  console.log(`Installing ${packages.join(', ')} with apt-get (SHOAL_NO_APT=1 prevents it) …`)
  const updated = await apt('update')
  await withoutServices(async () => {
    const installed = await apt('install', '-y', ...packages)
    if (installed.code === 0) return
    console.log(`${updated.output}${installed.output}`)
    // A system that lacks one of them would be given none.
    for (const name of packages) await apt('install', '-y', name)
  })
}

/** @param {string[]} args */
function apt(...args) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  return run('apt-get', ['-o', 'Acquire::http::Timeout=20', ...args], { quiet: true, env })
}

/**
 * The tests start the servers they need themselves; none is to serve this machine's network.
 * @param {() => Promise<void>} install
 */
async function withoutServices(install) {
  const isOurs = !existsSync(SERVICE_POLICY)
  if (isOurs) writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const fresh = SERVICES.filter((service) => !onPath([service]))
  try {
    await install()
  } finally {
    if (isOurs) rmSync(SERVICE_POLICY, { force: true })
    if (onPath(['systemctl']))
      for (const service of fresh) await run('systemctl', ['disable', service], { quiet: true })
  }
}
