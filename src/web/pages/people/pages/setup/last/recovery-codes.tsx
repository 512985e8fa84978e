import { recoveryFile } from '../../../logic/recovery.ts'
import { useApp, useMe } from '../../../parts/app-context.ts'
import { Button, Heading } from '../../../parts/basics.tsx'

/** Shown once. To print, to download, and to copy by hand. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[]
  readonly onDone: () => void
}) {
  const { codes, onDone } = props
  const { say, look, locale } = useApp()
  const { displayName } = useMe()
  const values = {
    company: look.company,
    name: displayName,
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date()),
  }
  const title = say('codes-file-title', values)
  const download = () => {
    const how = say('codes-file-how')
    const text = recoveryFile(codes, { title, made: say('codes-file-made', values), how }, values)
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
    const link = document.createElement('a')
    link.href = address
    link.download = say('codes-file-name')
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 1000)
  }
  return (
    <>
      <Heading text={say('codes-title')} />
      <p class="intro">{say('codes-intro')}</p>
      <p class="print-only">{title}</p>
      <ol class="codes" aria-label={say('codes-list')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p class="print-only">{say('codes-file-how')}</p>
      <div class="row-of-buttons no-print">
        <Button kind="quiet" onClick={() => window.print()}>
          {say('print')}
        </Button>
        <Button kind="quiet" onClick={download}>
          {say('download')}
        </Button>
      </div>
      <Button onClick={onDone}>{say('codes-saved')}</Button>
    </>
  )
}
