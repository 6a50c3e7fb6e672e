import { rdataBytes, type ResourceRecord } from '../wire/index.ts'

/** Equal for records that say the same, whatever their time to live: names without case. */
export function recordKey(record: ResourceRecord): string {
  const { name, type, data } = record
  const head = `${type} ${name.key} `
  switch (data.kind) {
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return head + data.target.key
    case 'MX':
      return `${head}${data.preference} ${data.exchange.key}`
    case 'SRV':
      return `${head}${data.priority} ${data.weight} ${data.port} ${data.target.key}`
    default:
      return head + String.fromCharCode(...rdataBytes(record))
  }
}
