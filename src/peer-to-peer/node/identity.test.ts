import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IDENTITY_FILE, loadIdentity } from './identity.ts'

describe('the identity of a home', () => {
  let home: string
  let file: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'shoal-identity-'))
    file = join(home, IDENTITY_FILE)
  })

  afterEach(() => rm(home, { recursive: true, force: true }))

  it('is made once and found again', async () => {
    const first = await loadIdentity(home)
    const second = await loadIdentity(home)
    expect([first.origin.is, second.origin.is]).toEqual(['created', 'loaded'])
    expect(second.peerId.toString()).toBe(first.peerId.toString())
    expect(await readdir(home)).toEqual([IDENTITY_FILE])
  })

  it('makes the folder when it is missing', async () => {
    const deep = join(home, 'a', 'b')
    expect((await loadIdentity(deep)).origin.is).toBe('created')
  })

  it.skipIf(process.platform === 'win32')(
    'can be read by its owner alone, also when it could be before',
    async () => {
      await loadIdentity(home)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      execFileSync('chmod', ['644', file])
      await loadIdentity(home)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
    },
  )

  it.each([
    ['empty', () => new Uint8Array(0)],
    ['garbage', () => Uint8Array.of(1, 2, 3)],
    ['huge', () => new Uint8Array(100_000)],
    ['a key of another kind', async () => privateKeyToProtobuf(await generateKeyPair('secp256k1'))],
    ['cut short', async () => privateKeyToProtobuf(await generateKeyPair('Ed25519')).subarray(0, 40)],
  ])('is made anew when the file is %s, which is kept aside', async (_, make) => {
    const bytes = await make()
    await writeFile(file, bytes)
    const { origin } = await loadIdentity(home)
    if (origin.is !== 'replaced') throw new Error(origin.is)
    expect(new Uint8Array(await readFile(origin.keptAs))).toEqual(new Uint8Array(bytes))
    expect(origin.reason).not.toBe('')
    expect((await loadIdentity(home)).origin.is).toBe('loaded')
  })

  it('keeps a folder in its place aside too', async () => {
    await mkdir(file)
    expect((await loadIdentity(home)).origin.is).toBe('replaced')
  })

  it.skipIf(process.platform === 'win32')(
    'does not wait for somebody to write to a pipe in its place',
    async () => {
      execFileSync('mkfifo', [file])
      expect((await loadIdentity(home)).origin.is).toBe('replaced')
    },
  )

  it('says why a home cannot be used', async () => {
    await writeFile(join(home, 'file'), '')
    await expect(loadIdentity(join(home, 'file'))).rejects.toMatchObject({ name: 'ShoalError' })
  })
})
