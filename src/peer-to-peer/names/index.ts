export { NameDirectory } from './name-directory.ts'
export type {
  DhtStep,
  DhtValues,
  NameDirectoryInit,
  NameLookup,
  PublishState,
  TimedStep,
} from './name-directory.ts'
export { isNameLabel, nameKey, openName, signName } from './name-record.ts'
export type { NameRecord, OwnedNameRecord } from './name-record.ts'
export { nameRecordRules } from './record-rules.ts'
export type { RecordRules } from './record-rules.ts'
