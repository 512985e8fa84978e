import type { Addition } from '../../logic/api.ts'
import { codeApps, type PhoneSystem, phoneNames, phoneSystemOf } from '../../logic/phone.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading } from '../../parts/basics.tsx'
import type { Fault } from '../../parts/use-action.ts'
import { FaultNotice } from './fault-notice.tsx'

type Props = {
  readonly begin: (addition: Addition) => void
  readonly busy: boolean
  readonly fault: Fault | undefined
}

/** Links to the stores: on a phone to its own only, on a computer to both. */
export function GetApp({ begin, busy, fault }: Props) {
  const { say } = useApp()
  const here = phoneSystemOf(navigator.userAgent, navigator.maxTouchPoints)
  const systems: readonly PhoneSystem[] = here === undefined ? ['iphone', 'android'] : [here]
  return (
    <>
      <Heading text={say('get-app-title')} />
      <p class="intro">{say('get-app-intro')}</p>
      <ul class="apps">
        {codeApps.map(({ name, store }) => (
          <li key={name}>
            <strong>{name}</strong>
            {systems.map((system) => (
              <a
                key={system}
                href={store[system]}
                target="_blank"
                rel="noreferrer"
                aria-label={say('get-app-link', { app: name, phone: phoneNames[system] })}
              >
                {phoneNames[system]}
              </a>
            ))}
          </li>
        ))}
      </ul>
      <FaultNotice fault={fault} />
      <Button busy={busy} onClick={() => begin({ setup: 'app' })}>
        {say('have-app')}
      </Button>
    </>
  )
}
