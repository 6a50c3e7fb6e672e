import { describe, expect, it } from 'vitest'
import type { ShellApi } from '../../../src/contract/shell-api.ts'
import { connectShell, shellPlatform } from './shell-platform.ts'

function fakeApi() {
  const nonces: string[] = []
  let link: (link: string) => void = () => {}
  const api: ShellApi = {
    acquirePort: (nonce) => void nonces.push(nonce),
    pathForFile: () => '/path/of/file',
    onLink: (listener) => (link = listener),
  }
  return { api, nonces, link: (text: string) => link(text) }
}

function message(target: EventTarget, data: unknown, ports: MessagePort[], source: unknown = target): void {
  target.dispatchEvent(Object.assign(new Event('message'), { data, ports, source }))
}

describe('the port to the core', () => {
  it('is taken only from this window and only with the word that was given', async () => {
    const { api, nonces } = fakeApi()
    const target = new EventTarget()
    const connecting = connectShell(api, target as Window, new AbortController().signal)
    const [right, wrong] = [new MessageChannel(), new MessageChannel()]
    message(target, { shoalPort: 'guess' }, [wrong.port1])
    message(target, { shoalPort: nonces[0] }, [wrong.port1], { another: 'window' })
    message(target, { shoalPort: nonces[0] }, [])
    message(target, null, [wrong.port1])
    message(target, { shoalPort: nonces[0] }, [right.port1])
    const transport = await connecting
    const heard = new Promise((resolve) =>
      right.port2.addEventListener('message', (event) => resolve(event.data)),
    )
    right.port2.start()
    transport.send('hello')
    expect(await heard).toBe('hello')
    transport.close()
    for (const { port1, port2 } of [right, wrong]) [port1, port2].forEach((port) => port.close())
  })

  it('is asked for with a new word each time', async () => {
    const { api, nonces } = fakeApi()
    const stop = new AbortController()
    const both = [1, 2].map(() => connectShell(api, new EventTarget() as Window, stop.signal))
    stop.abort()
    await Promise.allSettled(both)
    expect(new Set(nonces).size).toBe(2)
  })

  it('is no longer waited for after an abort', async () => {
    const stop = new AbortController()
    const connecting = connectShell(fakeApi().api, new EventTarget() as Window, stop.signal)
    stop.abort()
    await expect(connecting).rejects.toThrow()
  })
})

describe('links from the system', () => {
  it('that come before the page listens are kept, once', () => {
    const { api, link } = fakeApi()
    const platform = shellPlatform(api)
    link('shoal:early')
    const [first, second]: string[][] = [[], []]
    platform.onLink((text) => first!.push(text))
    platform.onLink((text) => second!.push(text))
    link('shoal:later')
    expect(first).toEqual(['shoal:early', 'shoal:later'])
    expect(second).toEqual(['shoal:later'])
  })
})
