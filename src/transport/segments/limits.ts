/** Bytes of a UDP header (RFC 768), and of a TCP header without and with all its options (RFC 9293 §3.1). */
export const UDP_HEADER_BYTES = 8
export const TCP_HEADER_BYTES = 20
export const MAX_TCP_HEADER_BYTES = 60

/** Bytes of a segment: what IPv4's and IPv6's 16-bit length can carry, jumbograms (RFC 2675) left out. */
export const MAX_SEGMENT_BYTES = 65_535

/** Bytes of TCP options: the data offset counts at most fifteen words of four bytes, five of which are the header. */
export const MAX_TCP_OPTION_BYTES = MAX_TCP_HEADER_BYTES - TCP_HEADER_BYTES
