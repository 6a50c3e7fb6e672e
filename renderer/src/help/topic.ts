/** The pages of Help, in the order in which they build on each other. */
export const HELP_TOPICS = [
  'start',
  'architectures',
  'self-scalability',
  'roles',
  'discovery',
  'names',
  'messages',
  'chunks',
  'limits',
  'privacy',
  'trouble',
] as const
export type HelpTopic = (typeof HELP_TOPICS)[number]

export interface HelpText {
  readonly title: string
  /** One sentence: what one knows after reading. */
  readonly gist: string
  readonly body: readonly string[]
  /** Terms of the textbook used here, each with its meaning in a line. */
  readonly terms?: readonly (readonly [term: string, meaning: string])[]
}

/** Every topic in one language: a missing one does not compile. */
export type HelpTexts = Record<HelpTopic, HelpText>
