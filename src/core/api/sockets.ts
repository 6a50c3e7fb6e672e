import { implement } from '@orpc/server'
import { contract } from '../../contract/index.ts'
import { runTraffic } from '../../transport/traffic/index.ts'
import { captureOf, segmentView, type SocketRoom } from '../sockets/index.ts'

/** The part of the contract about sockets and segments. */
export function socketsRouter(core: { readonly sockets: SocketRoom }) {
  const api = implement(contract).sockets
  const { labs, clock } = core.sockets
  return api.router({
    lab: {
      open: api.lab.open.handler(({ input, signal }) => labs.open(input, signal)),
      call: api.lab.call.handler(({ input }) => ({ step: labs.call(input.lab, input.end, input.call) })),
      interrupt: api.lab.interrupt.handler(({ input }) => labs.interrupt(input.lab, input.end)),
      addClient: api.lab.addClient.handler(({ input }) => ({ end: labs.addClient(input.lab) })),
      code: api.lab.code.handler(({ input }) => ({ code: labs.code(input.lab, input.end, input.language) })),
    },
    segment: api.segment.handler(({ input }) => segmentView(input)),
    capture: api.capture.handler(({ input }) => ({
      pcapng: Buffer.from(captureOf(input, clock.wallNow())).toString('base64'),
    })),
    traffic: api.traffic.handler(async ({ input }) => {
      const { protocol, senders, receivers, messages } = await runTraffic(
        input.protocol,
        input.messages,
        clock,
      )
      return { protocol, senders: [...senders], receivers: [...receivers], messages: [...messages] }
    }),
    connections: api.connections.handler(({ input, signal }) =>
      core.sockets.connections(input.pagePort, signal),
    ),
  })
}
