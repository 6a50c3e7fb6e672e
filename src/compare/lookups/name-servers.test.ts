import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { NameServers } from './name-servers.ts'

const ZONES = ['the root', 'the top-level domain', 'the domain'] as const

describe('names through servers', () => {
  let servers: NameServers
  beforeEach(async () => {
    const components = { clock: systemClock, random: systemRandom, log: silentLogger }
    servers = await NameServers.open({ ...components, names: 300, servers: 2 })
    onTestFinished(() => servers.stop())
  })

  it('take a question and an answer for each zone when nothing is known, and none at all the second time', async () => {
    const local = servers.localServer()
    expect(await local.find(299)).toMatchObject({ found: true, messages: 6, rounds: 3 })
    expect(await local.find(299)).toMatchObject({ found: true, messages: 0, rounds: 0 })
  })

  it('take one question when only the name is new', async () => {
    const local = servers.localServer()
    await local.find(1)
    expect(await local.find(2)).toMatchObject({ found: true, messages: 2, rounds: 1 })
  })

  it('are not found when they do not exist', async () => {
    expect(await servers.localServer().find(300)).toMatchObject({ found: false })
  })

  it.each(ZONES)('are found while one server of %s is on', async (zone) => {
    await servers.switchOff((server) => server === 2 * ZONES.indexOf(zone))
    expect(await servers.localServer().find(7)).toMatchObject({ found: true })
  })

  it.each(ZONES)('are lost when all servers of %s are off, but for those who remember', async (zone) => {
    const remembers = servers.localServer()
    await remembers.find(7)
    await servers.switchOff((server) => server >> 1 === ZONES.indexOf(zone))
    expect(await servers.localServer().find(7)).toMatchObject({ found: false })
    expect(await remembers.find(7)).toMatchObject({ found: true, messages: 0 })
    await servers.switchOff(() => false)
    expect(await servers.localServer().find(7)).toMatchObject({ found: true })
  })
})
