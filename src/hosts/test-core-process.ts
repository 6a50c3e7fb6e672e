/** A process that opens the home named on its command line, says what it got, and ends with its standard input. */
import { openCore } from './running-core.ts'
import { watchParent } from './parent-watch.ts'
import { testConfig, testCore } from './test-core.ts'

const core = await openCore({ config: testConfig(process.argv[2]!), createCore: testCore })
process.stdout.write(`${JSON.stringify({ owned: core.owned, pid: process.pid })}\n`)
const end = (): void => void core.close().then(() => process.exit(0))
watchParent({ stdin: process.stdin, onGone: end })
void core.closed.then(end)
