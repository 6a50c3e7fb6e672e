import type { Host, NearbyPeer, Network, Settings, Share, Update } from '../../../src/contract/index.ts'

/** Everything the core told us, as one immutable picture. */
export interface Picture {
  readonly host: Host
  readonly shares: ReadonlyMap<string, Share>
  readonly nearby: ReadonlyMap<string, NearbyPeer>
  readonly network: Network
  readonly settings: Settings
}

/** `lost` keeps the last picture on screen: a person still reads it while the page reconnects. */
export type AppState =
  | { readonly is: 'connecting' }
  | { readonly is: 'live'; readonly picture: Picture }
  | { readonly is: 'lost'; readonly picture: Picture | undefined }

export const INITIAL_STATE: AppState = { is: 'connecting' }

/** Takes up one update. Changes that come before a snapshot have nothing to change and are dropped. */
export function reduce(state: AppState, update: Update): AppState {
  if (update.is === 'snapshot') return { is: 'live', picture: fromSnapshot(update) }
  if (state.is !== 'live') return state
  const picture = change(state.picture, update)
  return picture === state.picture ? state : { is: 'live', picture }
}

/** The link broke: what was shown last stays. */
export function lose(state: AppState): AppState {
  if (state.is === 'lost') return state
  return { is: 'lost', picture: pictureOf(state) }
}

export function pictureOf(state: AppState): Picture | undefined {
  return state.is === 'connecting' ? undefined : state.picture
}

function fromSnapshot(update: Extract<Update, { is: 'snapshot' }>): Picture {
  return {
    host: update.host,
    shares: new Map(update.shares.map((share) => [share.id, share])),
    nearby: new Map(update.nearby.map((peer) => [peer.peerId, peer])),
    network: update.network,
    settings: update.settings,
  }
}

function change(picture: Picture, update: Exclude<Update, { is: 'snapshot' }>): Picture {
  switch (update.is) {
    case 'shares':
      return {
        ...picture,
        shares: patch(picture.shares, update.changed, update.removed, (share) => share.id),
      }
    case 'nearby':
      return {
        ...picture,
        nearby: patch(picture.nearby, update.changed, update.removed, (peer) => peer.peerId),
      }
    case 'network':
      return { ...picture, network: update.network }
    case 'settings':
      return { ...picture, settings: update.settings }
    case 'notice':
      return picture
  }
}

function patch<T>(
  before: ReadonlyMap<string, T>,
  changed: readonly T[],
  removed: readonly string[],
  key: (item: T) => string,
): ReadonlyMap<string, T> {
  const after = new Map(before)
  for (const id of removed) after.delete(id)
  for (const item of changed) after.set(key(item), item)
  return after
}
