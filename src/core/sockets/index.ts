export { socketFacts } from './facts.ts'
export { captureOf, segmentView } from './segment-view.ts'
export { SocketRoom } from './socket-room.ts'
