import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react'
import type { Host, Network, Settings, Share } from '../../../src/contract/index.ts'
import type { CoreClient } from './client.ts'
import type { Platform } from './platform.ts'
import { pictureOf, type AppState, type Picture } from './state.ts'
import type { AppStore } from './store.ts'

export interface AppServices {
  readonly client: CoreClient
  readonly store: AppStore
  readonly platform: Platform
}

const Services = createContext<AppServices | undefined>(undefined)

export function ServicesProvider(props: { services: AppServices; children: ReactNode }): ReactNode {
  return <Services value={props.services}>{props.children}</Services>
}

export function useServices(): AppServices {
  const services = useContext(Services)
  if (!services) throw new Error('a component outside ServicesProvider')
  return services
}

export function useClient(): CoreClient {
  return useServices().client
}

/** A part of the state; re-renders only when that part is another value. */
export function useAppState<T>(select: (state: AppState) => T): T {
  const { store } = useServices()
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => select(store.get()),
  )
}

/** A part of the picture. Pages are mounted only once there is one. */
export function usePicture<T>(select: (picture: Picture) => T): T {
  return useAppState((state) => {
    const picture = pictureOf(state)
    if (!picture) throw new Error('a page before the first snapshot')
    return select(picture)
  })
}

export const useShares = (): ReadonlyMap<string, Share> => usePicture((picture) => picture.shares)
export const useShare = (id: string): Share | undefined => usePicture((picture) => picture.shares.get(id))
export const useSettings = (): Settings => usePicture((picture) => picture.settings)
export const useNetwork = (): Network => usePicture((picture) => picture.network)
export const useHost = (): Host => usePicture((picture) => picture.host)
