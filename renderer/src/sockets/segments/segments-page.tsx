import { useEffect, useState, type ReactNode } from 'react'
import type { SegmentRequest, SegmentView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { problemOf } from '../../core/problem.ts'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Page } from '../../ui/page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useAct } from '../../ui/use-act.ts'
import { NetworkTabs } from '../network-tabs.tsx'
import { ChecksumWork } from './checksum-work.tsx'
import { SegmentForm } from './segment-form.tsx'
import { SegmentPicture } from './segment-picture.tsx'
import { TrafficSection } from './traffic-section.tsx'

const FIRST: SegmentRequest = {
  protocol: 'udp',
  source: { address: '192.168.0.31', port: 40_000 },
  destination: { address: '192.168.0.30', port: 6000 },
  message: 'Hello!',
  checksum: 'computed',
  flips: [],
}

export function SegmentsPage(): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [request, setRequest] = useState(FIRST)
  const { view, trouble } = useSegment(request)
  const capture = async (): Promise<void> => {
    const made = await act(() => client.sockets.capture(request))
    if (made) download(made.pcapng, `${request.protocol}-segment.pcapng`)
  }
  return (
    <Page
      above={<NetworkTabs current="segments" />}
      title={t('sockets.segments.title')}
      lead={t('sockets.segments.lead')}
    >
      <SegmentForm request={request} onChange={setRequest} />
      {trouble && <p role="alert">{trouble}</p>}
      {view && (
        <>
          <SegmentPicture
            key={request.protocol}
            view={view}
            flips={request.flips ?? []}
            onFlips={(flips) => setRequest({ ...request, flips })}
            onCapture={() => void capture()}
          />
          <ChecksumWork view={view} />
        </>
      )}
      <TrafficSection />
    </Page>
  )
}

/** The core's answer to the latest request; what was shown last stays until there is another. */
function useSegment(request: SegmentRequest): { view: SegmentView | undefined; trouble: string | undefined } {
  const { t } = useText()
  const client = useClient()
  const [view, setView] = useState<SegmentView>()
  const [trouble, setTrouble] = useState<string>()
  useEffect(() => {
    const stop = new AbortController()
    client.sockets
      .segment(request, { signal: stop.signal })
      .then((answer) => {
        setView(answer)
        setTrouble(undefined)
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setTrouble(problemText(problemOf(error), t).what)
      })
    return () => stop.abort()
  }, [client, request, t])
  return { view, trouble }
}

/** Saves bytes that came as base64. */
function download(base64: string, name: string): void {
  const content = Uint8Array.from(atob(base64), (char) => char.codePointAt(0)!)
  saveFile({ name, type: 'application/octet-stream', content })
}
