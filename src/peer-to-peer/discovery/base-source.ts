import { Emitter, type EventSource } from '../../base/index.ts'
import type {
  FoundPeer,
  PeerSource,
  PeerSourceEvents,
  PeerSourceKind,
  PeerSourceState,
} from './peer-source.ts'

/** What every source has in common: its state, its events, and that starting and stopping twice is harmless. */
export abstract class BaseSource implements PeerSource {
  abstract readonly kind: PeerSourceKind
  readonly events: EventSource<PeerSourceEvents>
  readonly #emitter = new Emitter<PeerSourceEvents>()
  #state: PeerSourceState = { is: 'off' }

  constructor() {
    this.events = this.#emitter
  }

  get state(): PeerSourceState {
    return this.#state
  }

  async start(): Promise<void> {
    if (this.#state.is !== 'off') return
    this.setState({ is: 'starting' })
    await this.onStart()
    if ((this.#state as PeerSourceState).is === 'starting') this.setState({ is: 'on' })
  }

  async stop(): Promise<void> {
    if (this.#state.is === 'off') return
    this.setState({ is: 'off' })
    await this.onStop()
  }

  protected abstract onStart(): Promise<void> | void
  protected abstract onStop(): Promise<void> | void

  protected setState(state: PeerSourceState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    this.#emitter.emit('state', { state })
  }

  protected found(peer: Omit<FoundPeer, 'source'>): void {
    if (this.#state.is !== 'off') this.#emitter.emit('peer', { ...peer, source: this.kind })
  }
}
