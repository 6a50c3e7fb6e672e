// A core for tests of the shell: does what the page tells it to, so that a test steers both ends.
import type { EventEmitter } from 'node:events'
import type { PortMain } from './port-main.ts'

interface ParentPort extends EventEmitter {
  postMessage(message: unknown): void
}

/** What a test's page may order. */
export type Order =
  | { readonly order: 'echo'; readonly value: unknown }
  | { readonly order: 'tell-shell'; readonly message: unknown }
  /** To the racer whose port came last. */
  | { readonly order: 'tell-racer'; readonly message: unknown }
  | { readonly order: 'crash' }
  | { readonly order: 'ignore-stop' }

const { parentPort } = process as unknown as { parentPort: ParentPort }
const pages: PortMain[] = []
let racer: PortMain | undefined
let stops = true

function obey(order: Order, page: PortMain): void {
  switch (order.order) {
    case 'echo':
      return page.postMessage({ echo: order.value, argv: process.argv.slice(2) })
    case 'tell-shell':
      return parentPort.postMessage(order.message)
    case 'tell-racer':
      return racer!.postMessage(JSON.stringify(order.message))
    case 'crash':
      process.exit(3)
      break
    case 'ignore-stop':
      stops = false
  }
}

function follow(port: PortMain): void {
  racer = port
  racer.on('message', ({ data }: { data: string }) => {
    for (const page of pages) page.postMessage({ told: JSON.parse(data) as unknown })
  })
  racer.start()
}

parentPort.on('message', ({ data, ports }: { data: { is: string }; ports: PortMain[] }) => {
  if (data.is === 'page') {
    const page = ports[0]!
    pages.push(page)
    page.on('message', (event: { data: Order }) => obey(event.data, page))
    page.start()
  } else if (data.is === 'stop') {
    if (stops) process.exit(0)
  } else {
    for (const page of pages) page.postMessage(data)
    if (data.is === 'racer') follow(ports[0]!)
  }
})
