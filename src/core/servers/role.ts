import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PortName, Ports, ServerRoleName, TreeZone } from '../../contract/index.ts'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** Part of the one HTTP server: what begins with `prefix` (`/mail/`) goes to `handler`; the longest prefix wins. */
export interface HttpMount {
  readonly prefix: string
  readonly handler: RequestHandler
}

/** Where a role is to listen, and who decides the ports. */
export interface Where {
  /** IP addresses to bind, the one to tell others first. Never empty. */
  readonly hosts: readonly string[]
  /**
   * Calls `open` with the port to try (0: any). While it throws EADDRINUSE or `port-taken` and no port was asked for by
   * name, the following ports are tried. Rejects with `port-taken`, or with what else `open` threw.
   */
  readonly listen: <T>(name: PortName, open: (port: number) => Promise<T>) => Promise<T>
  /** Where the one HTTP server is reached now: asked when needed, since it is opened after the roles that use it. */
  readonly origins: () => readonly string[]
}

/** A role that runs. */
export interface RunningRole {
  /** What it listens on itself; HTTP is the core's. */
  readonly ports: Omit<Ports, 'http'>
  readonly mounts?: readonly HttpMount[] | undefined
  readonly tree?: readonly TreeZone[] | undefined
  stop(): Promise<void>
}

/** Something a laptop may be for others: switched on and off by itself, as often as a person likes. */
export interface ServerRole {
  readonly name: ServerRoleName
  /** Leaves nothing behind when it rejects. */
  start(where: Where): Promise<RunningRole>
}
