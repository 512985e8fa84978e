import type { PendingSetup } from '../../../../../people/contract.ts'
import { phoneSystemOf } from '../../../logic/phone.ts'
import { useApp } from '../../../parts/app-context.ts'
import { Button, Heading } from '../../../parts/basics.tsx'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { QrCode } from '../../../parts/qr-code.tsx'

type Props = {
  readonly pending: Extract<PendingSetup, { setup: 'app' }>
  readonly onAgain: () => void
}

/** A picture for another device, a button for this one, and the key as text for both. */
export function ConnectApp({ pending, onAgain }: Props) {
  const { say } = useApp()
  const { uri, secret } = pending
  if (uri === '') {
    return (
      <>
        <Heading text={say('scan-title')} />
        <p class="intro">{say('scan-again-intro')}</p>
        <Button kind="quiet" onClick={onAgain}>
          {say('scan-again')}
        </Button>
      </>
    )
  }
  const isPhone = phoneSystemOf(navigator.userAgent, navigator.maxTouchPoints) !== undefined
  const picture = <QrCode text={uri} alt={say('scan-alt')} />
  const key = (
    <div class="key">
      <p>{say(isPhone ? 'scan-key-phone' : 'scan-key')}</p>
      <code>{secret}</code>
      <CopyButton text={secret.replaceAll(' ', '')} />
    </div>
  )
  return (
    <>
      <Heading text={say('scan-title')} />
      <p class="intro">{say(isPhone ? 'scan-intro-phone' : 'scan-intro')}</p>
      {isPhone ? (
        <>
          <a class="button main" href={uri}>
            {say('open-app')}
          </a>
          {key}
          <details class="other-ways">
            <summary>{say('scan-other-phone')}</summary>
            {picture}
          </details>
        </>
      ) : (
        <div class="scan">
          {picture}
          {key}
        </div>
      )}
    </>
  )
}
