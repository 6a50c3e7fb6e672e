/** What main says to the preload. There is no way back: main listens to nothing a page says. */
export const PORT_CHANNEL = 'shoal:port'
export const LINK_CHANNEL = 'shoal:link'
