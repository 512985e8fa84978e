import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../parts/app-context.ts'
import { Button, Notice } from '../../parts/basics.tsx'
import { useAction } from '../../parts/use-action.ts'
import { askPermission, type BellState, settleBell } from '../../phone/bell.ts'
import type { KeptPhone } from '../../phone/store.ts'
import { HomeScreenGuide } from './home-screen.tsx'

/** Whether this phone is told that a sign-in waits; the page asks after a tap, and also works without it. */
export function BellView({ phone }: { readonly phone: KeptPhone }) {
  const { api, say } = useApp()
  const { busy, run } = useAction()
  const [state, setState] = useState<BellState>()
  const settle = async () => setState(await settleBell(api, phone).catch(() => 'failed' as const))
  useEffect(() => {
    void settle()
  }, [phone])
  const switchOn = () =>
    run(async () => {
      await askPermission()
      await settle()
    })
  switch (state) {
    case undefined:
    case 'off':
      return null
    case 'home-screen':
      return <HomeScreenGuide />
    case 'ask':
      return (
        <section class="bell">
          <h2>{say('bell-ask')}</h2>
          <p class="intro">{say('bell-ask-text')}</p>
          <Button busy={busy} onClick={() => void switchOn()}>
            {say('bell-button')}
          </Button>
        </section>
      )
    case 'on':
      return <p class="small">{say('bell-on')}</p>
    case 'again':
      return <Notice kind="info">{say('bell-again')}</Notice>
    case 'failed':
      return (
        <section class="bell">
          <Notice kind="warn">{say('bell-failed')}</Notice>
          <Button kind="quiet" busy={busy} onClick={() => void switchOn()}>
            {say('bell-button')}
          </Button>
        </section>
      )
    default:
      return <p class="small">{say(`bell-${state}`)}</p>
  }
}
