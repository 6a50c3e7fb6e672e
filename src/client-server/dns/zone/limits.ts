/** Characters of a zone file: refused before it is read. A person's zone has a few thousand. */
export const MAX_ZONE_TEXT = 1024 * 1024

/** Records of one zone: all laptops of a school with their shares, in a few MiB. */
export const MAX_ZONE_RECORDS = 20_000

/** Mistakes told about one zone file: more than anybody reads. */
export const MAX_PROBLEMS = 20

/** Tokens of one entry: a TXT of the longest length in strings of one octet would have more, and nobody writes it so. */
export const MAX_TOKENS = 4_096
