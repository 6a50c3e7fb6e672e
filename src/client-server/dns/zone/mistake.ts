/** What can be wrong with a zone: a closed set, so that every language has a sentence for each. */
export type ZoneMistakeCode =
  // the text (RFC 1035 §5.1)
  | 'file-too-long'
  | 'entry-too-long'
  | 'too-many-records'
  | 'paren-not-closed'
  | 'paren-not-opened'
  | 'quote-not-closed'
  | 'unknown-directive'
  | 'directive-words'
  | 'no-owner'
  | 'no-ttl'
  | 'bad-ttl'
  | 'bad-class'
  | 'bad-type'
  | 'no-type'
  | 'bad-name'
  // a record's data
  | 'field-missing'
  | 'bad-number'
  | 'bad-seconds'
  | 'bad-ipv4'
  | 'bad-ipv6'
  | 'no-text'
  | 'text-too-long'
  | 'needs-bytes'
  | 'not-hexadecimal'
  | 'wrong-length'
  | 'too-many-words'
  | 'bad-data'
  // the records together (RFC 1034 §4.2.1, RFC 2181 §10)
  | 'no-soa'
  | 'many-soa'
  | 'no-ns'
  | 'not-internet'
  | 'outside'
  | 'soa-elsewhere'
  | 'no-record-type'
  | 'dname'
  | 'wildcard-ns'
  | 'cname-and-others'
  | 'two-cnames'
  | 'below-delegation'
  | 'target-is-alias'
  | 'no-address'

/** Facts a sentence needs: names, types, what was written. `field` says which part of a record's data. */
export type ZoneMistakeData = Readonly<Record<string, string | number>>

/** One mistake; its message is for logs and the command line. */
export class ZoneMistake extends Error {
  readonly code: ZoneMistakeCode
  readonly data: ZoneMistakeData

  constructor(code: ZoneMistakeCode, data: ZoneMistakeData, message: string) {
    super(message)
    this.code = code
    this.data = data
  }
}
