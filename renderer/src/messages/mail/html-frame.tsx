import { useMemo, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { sandboxedHtml } from './sandboxed-html.ts'
import css from './reader.module.css'

/** A mail's HTML where it can reach nothing: an empty sandbox, without scripts, forms, windows, links or network. */
export function HtmlFrame({ html }: { html: string }): ReactNode {
  const { t } = useText()
  const document = useMemo(() => sandboxedHtml(html), [html])
  return (
    <>
      <p className="sh-muted">{t('mail.htmlText')}</p>
      <iframe
        className={css.frame}
        title={t('mail.htmlFrame')}
        sandbox=""
        referrerPolicy="no-referrer"
        srcDoc={document}
      />
    </>
  )
}
