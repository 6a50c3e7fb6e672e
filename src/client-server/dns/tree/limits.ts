/** Every zone of the tree has an address of its own in this network, where the system gives one of loopback's. */
export const TREE_NETWORK = '127.53.0'

/** The last octet of the first zone a person adds, and of the web server of the examples; those of ours come before. */
export const FIRST_ADDED_HOST = 100
export const WEB_HOST = 80

/** Zones a person may add: addresses of the network that are left. */
export const MAX_ADDED_ZONES = 128

/** Seconds that delegations and addresses of the tree may be cached: long enough to see them count down. */
export const TREE_TTL = 300

/** Seconds it may be cached that a name does not exist: soon it might. */
export const DENIAL_TTL = 10

/** The web server of the examples: connections at once, and milliseconds for a request. */
export const MAX_WEB_CONNECTIONS = 64
export const WEB_TIMEOUT_MS = 10_000
