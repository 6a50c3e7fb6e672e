export type { RaceChannel } from './channel.ts'
export { MAX_RACE_LAPTOPS, MAX_RACE_RUNS, MAX_RACE_SIZE, RACE_PROTOCOL } from './limits.ts'
export {
  RaceDoor,
  type GuestChannel,
  type HostChannel,
  type Invitation,
  type RaceNetwork,
} from './race-door.ts'
export type { GuestMessage, HostMessage, Invite, LinkKind, RaceOffer, RaceSample } from './wire.ts'
