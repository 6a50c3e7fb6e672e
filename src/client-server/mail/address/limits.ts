/** Bytes of the part before the @, RFC 5321 §4.5.3.1.1. */
export const MAX_LOCAL_PART_BYTES = 64

/** Bytes of the part after it, and of one label in it: RFC 5321 §4.5.3.1.2, RFC 1035 §2.3.4. */
export const MAX_DOMAIN_BYTES = 255
export const MAX_LABEL_BYTES = 63

/** Bytes of a path with its angle brackets, RFC 5321 §4.5.3.1.3. */
export const MAX_PATH_BYTES = 256
