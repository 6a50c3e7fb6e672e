import { Emitter, ShoalError, type Clock, type EventSource } from '../../base/index.ts'
import type { SocketTable, TableSource } from '../sockets/index.ts'
import type { StartEnd } from './end-link.ts'
import type { LabReach } from './guard.ts'
import { LabEnd, type LabEndView, type LabRole } from './lab-end.ts'
import { MAX_ENDS, MAX_LAB_BYTES, TABLE_EVERY_MS } from './limits.ts'
import { LabRows, type LabRow } from './rows.ts'
import type { LabCall } from './types.ts'

export interface LabInit {
  readonly reach: LabReach
  readonly clock: Clock
  readonly start: StartEnd
  readonly readTable: () => Promise<SocketTable>
  readonly broadcasts: () => readonly string[]
}

export interface LabView {
  readonly reach: LabReach
  readonly ends: readonly LabEndView[]
  readonly table: { readonly source: TableSource | 'none'; readonly rows: readonly LabRow[] }
  readonly bytesLeft: number
}

export interface LabEvents {
  changed: void
}

/** A server process, a client process, and more clients if wanted; what the system says of their sockets is read all along. */
export class Lab {
  readonly #init: LabInit
  readonly #ends = new Map<string, LabEnd>()
  readonly #rows = new LabRows()
  readonly #emitter = new Emitter<LabEvents>()
  readonly #stopReading: () => void
  #table: LabView['table'] = { source: 'none', rows: [] }
  #reading = false
  #bytesLeft = MAX_LAB_BYTES

  constructor(init: LabInit) {
    this.#init = init
    this.addEnd('server')
    this.addEnd('client')
    this.#stopReading = init.clock.every(TABLE_EVERY_MS, () => void this.#read())
  }

  get events(): EventSource<LabEvents> {
    return this.#emitter
  }

  view(): LabView {
    const ends = [...this.#ends.values()].map((end) => end.view())
    return { reach: this.#init.reach, ends, table: this.#table, bytesLeft: this.#bytesLeft }
  }

  /** Another process; gives its id. Throws `too-large` beyond the limit. */
  addEnd(role: LabRole): string {
    if (this.#ends.size >= MAX_ENDS)
      throw new ShoalError('too-large', `a lab has at most ${MAX_ENDS} processes`)
    const same = this.#endsOf(role).length
    const id = same === 0 ? role : `${role}-${same + 1}`
    const { reach, start, broadcasts } = this.#init
    const spend = (bytes: number): boolean => this.#spend(bytes)
    const onChange = (): void => this.#changed()
    this.#ends.set(id, new LabEnd({ id, role, reach, start, broadcasts, spend, onChange }))
    this.#changed()
    return id
  }

  /** Has a process make a call; what becomes of it shows in the view. Gives the step's number. */
  call(end: string, call: LabCall): number {
    return this.#end(end).call(call)
  }

  interrupt(end: string): void {
    this.#end(end).interrupt()
  }

  /** Ends all processes; their sockets go with them. */
  async close(): Promise<void> {
    this.#stopReading()
    this.#emitter.clear()
    // Clients first: who closes first keeps TIME-WAIT, and a server's port would be taken for a minute.
    for (const role of ['client', 'server'] as const)
      await Promise.all(this.#endsOf(role).map((end) => end.kill()))
  }

  #end(id: string): LabEnd {
    const end = this.#ends.get(id)
    if (!end) throw new ShoalError('not-found', 'there is no such process in this lab')
    return end
  }

  #endsOf(role: LabRole): LabEnd[] {
    return [...this.#ends.values()].filter((end) => end.view().role === role)
  }

  #spend(bytes: number): boolean {
    if (bytes > this.#bytesLeft) return false
    this.#bytesLeft -= bytes
    return true
  }

  #changed(): void {
    this.#rows.remember(this.view().ends)
    this.#emitter.emit('changed', undefined)
    void this.#read()
  }

  /** Reads the system's table, and tells when the lab's part of it changed. */
  async #read(): Promise<void> {
    if (this.#reading || !this.#isRunning()) return
    this.#reading = true
    try {
      const { source, rows } = await this.#init.readTable()
      this.#setTable({ source, rows: this.#rows.select(rows, this.view().ends) })
    } catch {
      // A system that does not tell: the lab goes on, and shows no states rather than guessed ones.
      this.#setTable({ source: 'none', rows: [] })
    } finally {
      this.#reading = false
    }
  }

  #isRunning(): boolean {
    return [...this.#ends.values()].some((end) => end.view().process.is === 'running')
  }

  #setTable(table: LabView['table']): void {
    if (JSON.stringify(table) === JSON.stringify(this.#table)) return
    this.#table = table
    this.#emitter.emit('changed', undefined)
  }
}
