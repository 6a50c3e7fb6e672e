// `npm run check`: types with every library set, lint, format, and the rules about who imports whom.
import { ARCHITECTURE_STEP, runSteps, STATIC_STEPS } from './lib/check-steps.js'
import { endChildrenOnSignal } from './lib/programs.js'

endChildrenOnSignal()
const { passed, failed } = await runSteps([...STATIC_STEPS, ARCHITECTURE_STEP])
console.log(
  failed === 0 ? `check: ${passed} steps passed` : `check: ${failed} of ${passed + failed} steps failed`,
)
process.exitCode = failed === 0 ? 0 : 1
