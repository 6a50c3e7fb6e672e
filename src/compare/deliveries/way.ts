/** Told with the number of each message that arrived; may be told again. */
export type Arrived = (number: number) => void
