import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading, Notice } from '../../parts/basics.tsx'
import { Countdown } from '../../parts/countdown.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from '../../parts/form.tsx'
import { OpenFrame } from '../../parts/frame.tsx'
import { useAction } from '../../parts/use-action.ts'
import { needsHomeScreen } from '../../phone/bell.ts'
import { canBePhone } from '../../phone/keys.ts'
import { type Claim, claimPairing, pairingOfHash, settlePairing } from '../../phone/pairing.ts'
import { HomeScreenGuide } from './home-screen.tsx'

const everyMs = 1_500

/** On the new phone: it types what the portal shows, and shows two digits that are typed there (PEOPLE R4). */
export function PairPage() {
  const [known] = useState(() => pairingOfHash(location.hash))
  const [isGuided, setGuided] = useState(needsHomeScreen)
  const [claim, setClaim] = useState<Claim>()
  const [isWrong, setWrong] = useState(false)
  useEffect(() => {
    // The code stays in no history.
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname)
  }, [])
  return (
    <OpenFrame withLanguage>
      {isGuided ? (
        <HomeScreenGuide onSkip={() => setGuided(false)} />
      ) : claim === undefined ? (
        <TypeCode {...{ known, isWrong, onClaim: setClaim }} onWrong={() => setWrong(true)} />
      ) : (
        <ShowCheck
          claim={claim}
          onOver={() => {
            setClaim(undefined)
            setWrong(true)
          }}
        />
      )}
    </OpenFrame>
  )
}

function TypeCode(props: {
  readonly known: { readonly name: string; readonly code: string }
  readonly isWrong: boolean
  readonly onWrong: () => void
  readonly onClaim: (claim: Claim) => void
}) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const [name, setName] = useState(props.known.name)
  const [code, setCode] = useState(props.known.code)
  const [isChecked, setChecked] = useState(false)
  const missing = (value: string) =>
    isChecked && value.trim() === '' ? say('required') : undefined
  if (!canBePhone()) {
    return (
      <>
        <Heading text={say('pair-title')} />
        <Notice kind="bad">{say('pair-not-here')}</Notice>
      </>
    )
  }
  return (
    <>
      <Heading text={say('pair-title')} />
      <p class="intro">{say('pair-phone-intro')}</p>
      {props.isWrong && <Notice kind="bad">{say('pair-wrong')}</Notice>}
      <Form
        busy={busy}
        fault={fault}
        onSubmit={() => {
          setChecked(true)
          if (name.trim() === '' || code.trim() === '') return
          void run(async () => {
            const claim = await claimPairing(api, name.trim(), code.trim())
            if (claim === undefined) props.onWrong()
            else props.onClaim(claim)
          })
        }}
      >
        <Field
          {...{ label: say('name-label'), name: 'name', maxLength: 256 }}
          {...{ value: name, onValue: setName, error: missing(name) }}
        />
        <Field
          {...{ label: say('pair-code-label'), name: 'code', maxLength: 32, look: 'code' }}
          {...{ value: code, onValue: setCode, error: missing(code) }}
        />
        <Button submit busy={busy}>
          {say('continue')}
        </Button>
      </Form>
    </>
  )
}

function ShowCheck({ claim, onOver }: { readonly claim: Claim; readonly onOver: () => void }) {
  const { api, replace, say } = useApp()
  const { fault, run } = useAction()
  useEffect(() => {
    const timer = setInterval(() => {
      void run(async () => {
        const step = await settlePairing(api, claim)
        if (step === 'paired') replace('/phone')
        else if (step === 'over') onOver()
      })
    }, everyMs)
    return () => clearInterval(timer)
  }, [claim])
  return (
    <>
      <Heading text={say('pair-shows')} />
      <p class="big-code">{claim.check}</p>
      <p class="intro">{say('pair-shows-text')}</p>
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      <Countdown untilMs={claim.untilMs} onOver={onOver} />
    </>
  )
}
