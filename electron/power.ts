import { powerSaveBlocker } from 'electron'

/** Keeps the machine (not its screen) awake while something is transferred. */
export class StayAwake {
  #blocker: number | undefined

  set(awake: boolean): void {
    if (awake === (this.#blocker !== undefined)) return
    if (this.#blocker === undefined) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    else {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = undefined
    }
  }
}
