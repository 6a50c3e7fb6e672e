export type { Ground, Rooms } from './ground.ts'
export { makeRooms } from './make-rooms.ts'
export { joinRooms, startRooms } from './start-rooms.ts'
