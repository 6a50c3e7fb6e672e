export { SERVER_ROLES, type NearbyCard, type ServerPorts, type ServerRole } from './message.ts'
export {
  Nearby,
  NEARBY_PROTOCOL,
  type NearbyEvents,
  type NearbyNetwork,
  type NearbyOptions,
  type NearbyPeer,
} from './nearby.ts'
