/**
 * The swarm: everyone who has a part of a share gives it to those who lack it.
 *
 * `createSwarm({ libp2p, … })` → `start()` → `join(storedShare)` → a session with `addCandidate`, `events`,
 * `snapshot`. Goals: each byte leaves a source once, uplinks stay full, nobody learns of a share without knowing its
 * CID, and whatever a peer does costs time, never correctness. Not goals: finding peers (discovery does), hiding who
 * takes part from those who know the CID. The protocol is in docs/PROTOCOL.md.
 */
export { createSwarm, type JoinOptions, type Swarm, type SwarmInit } from './swarm.ts'
export type { Session as SwarmSession, SessionEvents, ShareLimits } from './share/session.ts'
export type { PeerSnapshot, SessionSnapshot } from './share/snapshot.ts'
export type { Giver, RateSample } from './share/ledger.ts'
export type { TransferLimit } from './share/transfer-limit.ts'
export type { LaneKind } from './lanes/lane.ts'
