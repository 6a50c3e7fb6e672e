/** A certificate of this installation holds for so long, and is made anew when less than so much is left. Days. */
export const CERTIFICATE_DAYS = 825
export const RENEW_BEFORE_DAYS = 30
