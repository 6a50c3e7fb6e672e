import { parseArguments } from '../arguments.ts'
import { EXIT, type Command } from '../command.ts'
import { createOutput } from '../output.ts'

/** `shoal serve`: the app without a window; its page is for a browser on this machine. */
export const serve: Command = async (argv, context) => {
  const { common } = parseArguments(argv, {}, [0, 0])
  const output = createOutput(common, context.streams)
  const server = await context.serve(common, output)
  try {
    output.event({ event: 'ready', url: server.url })
    output.say(`Shoal is running. Open its page in a browser on this machine:\n\n  ${server.url}\n`)
    const interrupted = new Promise<void>((done) => {
      if (context.interrupted.aborted) done()
      context.interrupted.addEventListener('abort', () => done(), { once: true })
    })
    await Promise.race([interrupted, server.closed])
    return context.interrupted.aborted ? EXIT.interrupted : EXIT.done
  } finally {
    await server.close()
  }
}
