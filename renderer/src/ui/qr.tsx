import QRCode from 'qrcode'
import { useEffect, useState, type ReactNode } from 'react'
import css from './qr.module.css'

/** A QR code drawn as paths: sharp at any size. Dark on light in both themes, since many cameras read only that. */
export function Qr(props: { text: string; label: string; size: number; tooLong: ReactNode }): ReactNode {
  const [path, setPath] = useState<{ d: string; modules: number } | undefined | 'too-long'>()
  useEffect(() => {
    try {
      const { modules } = QRCode.create(props.text, { errorCorrectionLevel: 'M' })
      setPath({ d: pathOf(modules), modules: modules.size })
    } catch {
      setPath('too-long')
    }
  }, [props.text])
  if (path === undefined) return <div style={{ width: props.size, height: props.size }} />
  if (path === 'too-long') return <p className="sh-muted">{props.tooLong}</p>
  return (
    <svg
      className={css.qr}
      role="img"
      aria-label={props.label}
      width={props.size}
      height={props.size}
      viewBox={`-3 -3 ${path.modules + 6} ${path.modules + 6}`}
      shapeRendering="crispEdges"
    >
      <path d={path.d} fill="#07283c" />
    </svg>
  )
}

function pathOf({ size, data }: { size: number; data: Uint8Array }): string {
  let d = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (data[y * size + x]) d += `M${x} ${y}h1v1h-1z`
  }
  return d
}
