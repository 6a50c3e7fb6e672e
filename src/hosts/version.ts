import packageJson from '../../package.json' with { type: 'json' }

/** This build's version, as others see it. */
export const VERSION: string = packageJson.version
