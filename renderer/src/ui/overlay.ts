/** Menus and tooltips are drawn within the page's main landmark: content outside of all landmarks is easily missed. */
export const IN_MAIN = { target: '#main' } as const
