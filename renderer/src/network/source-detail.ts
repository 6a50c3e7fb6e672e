import type { TFunction } from 'i18next'
import type { PeerSourceDetailView } from '../../../src/contract/index.ts'

/** How a way of finding peers fares, in a few words. What the system or a server said stays as it was said. */
export function sourceDetailText(detail: PeerSourceDetailView, t: TFunction): string {
  switch (detail.is) {
    case 'table':
      return detail.peers === 0
        ? t('network.detail.tableEmpty')
        : t('network.detail.table', { count: detail.peers })
    case 'interfaces':
      return detail.names.join(', ')
    case 'servers':
      return t('network.detail.servers', { answering: detail.answering, all: detail.all })
    case 'no-interface':
      return t('network.detail.noInterface')
    case 'no-multicast':
      return t('network.detail.noMulticast')
    case 'no-memory':
      return t('network.detail.noMemory')
    case 'error':
      return detail.message
  }
}
