import { useEffect, useState } from 'preact/hooks'
import type { PhonePrompt, ShownChange, ShownPrompt } from '../../../../people/contract.ts'
import { groupedDigits } from '../../logic/groups.ts'
import { useApp } from '../../parts/app-context.ts'
import { Button, Heading, Loading, Notice, PageLink } from '../../parts/basics.tsx'
import { OpenFrame } from '../../parts/frame.tsx'
import { rememberPhone } from '../../parts/remembered.ts'
import { type Fault, useAction } from '../../parts/use-action.ts'
import { askWhatWaits, streamHelloOf } from '../../phone/asking.ts'
import { clearBells, dropBell } from '../../phone/bell.ts'
import { codeNow } from '../../phone/keys.ts'
import { pairDemoPhone } from '../../phone/pairing.ts'
import { forgetPhone, type KeptPhone, loadPhone } from '../../phone/store.ts'
import { EndOfAnswer } from '../approve/end.tsx'
import type { AnsweredSignIn } from '../approve/use-answer.ts'
import { useLive } from '../approve/use-live.ts'
import { useOver } from '../approve/use-over.ts'
import { ownPrompt } from '../approve/use-prompt.ts'
import { EndView } from '../refused.tsx'
import { AnswerView, ReportView } from './answer.tsx'
import { BellView } from './bell.tsx'
import { ChangeNotMe, Changes, Paused, useChanges } from './changes.tsx'

/** This phone: what waits for a yes, and the code that works without a network. No one is signed in here. */
export function PhonePage() {
  const { go, look, say } = useApp()
  const [phone, setPhone] = useState<KeptPhone | 'none'>()
  const load = async () => setPhone((await loadPhone()) ?? 'none')
  useEffect(() => {
    void load()
  }, [])
  const isGone = () => {
    rememberPhone(false)
    void Promise.all([forgetPhone(), dropBell()]).catch(() => undefined)
    setPhone('none')
  }
  return (
    <OpenFrame withLanguage>
      {phone === undefined ? (
        <Loading />
      ) : phone === 'none' ? (
        <>
          <EndView
            {...{
              icon: 'push',
              kind: 'warn',
              title: say('phone-none'),
              text: say('phone-none-text'),
            }}
            {...{ button: say('pair-title'), onButton: () => go('/pair') }}
          />
          {look.demoPhone !== undefined && <BecomeDemoPhone name={look.demoPhone} onPhone={load} />}
        </>
      ) : (
        <Waiting phone={phone} onGone={isGone} />
      )}
      <p class="below">
        <PageLink to="/">{say('to-start')}</PageLink>
      </p>
    </OpenFrame>
  )
}

/** The demo has a person whose phone any browser may be, so that no one has to sign in for a first look. */
function BecomeDemoPhone(props: { readonly name: string; readonly onPhone: () => Promise<void> }) {
  const { api, say } = useApp()
  const { busy, fault, run } = useAction()
  const become = () =>
    run(async () => {
      await pairDemoPhone(api)
      await props.onPhone()
    })
  return (
    <>
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      <Button kind="quiet" busy={busy} onClick={() => void become()}>
        {say('phone-demo', { name: props.name })}
      </Button>
    </>
  )
}

function Waiting({ phone, onGone }: { readonly phone: KeptPhone; readonly onGone: () => void }) {
  const { say } = useApp()
  const [ended, setEnded] = useState<AnsweredSignIn>()
  const [reported, setReported] = useState<ShownPrompt>()
  const [notMine, setNotMine] = useState<ShownChange>()
  const { changes, look, paused } = useChanges(phone)
  const { fault, prompt: waiting } = useWaiting(phone, onGone)
  // While its answer is on its way the prompt ends, and what came of it is still to be told.
  const [answering, setAnswering] = useState<ShownPrompt>()
  const prompt = answering ?? waiting
  useOver(prompt, (gone) => setEnded((earlier) => earlier ?? { ...gone, answered: 'ended' }))
  useEffect(() => {
    // What is over is no longer among the notifications.
    if (prompt !== undefined) return
    void clearBells()
    look()
  }, [prompt?.id, ended])
  const end = (prompt: ShownPrompt) => (answered: AnsweredSignIn['answered']) => {
    setReported(undefined)
    setAnswering(undefined)
    setEnded({ ...prompt, answered })
  }
  if (ended !== undefined) return <EndOfAnswer {...ended} onAgain={() => setEnded(undefined)} />
  if (reported !== undefined) {
    return (
      <ReportView
        {...{ phone, prompt: reported, onAnswered: end(reported) }}
        onCancel={() => setReported(undefined)}
      />
    )
  }
  if (prompt !== undefined) {
    return (
      <AnswerView
        key={prompt.id}
        {...{ phone, prompt, onAnswered: end(prompt) }}
        onAnswering={(is) => setAnswering(is ? prompt : undefined)}
        onNotMe={() => setReported(prompt)}
      />
    )
  }
  if (notMine !== undefined) {
    const back = () => {
      setNotMine(undefined)
      look()
    }
    return <ChangeNotMe {...{ phone, change: notMine, onBack: back }} />
  }
  return (
    <>
      <Heading text={say('approve-none')} />
      <p class="intro">{say('approve-none-text')}</p>
      <OwnDigits />
      {fault && <Notice kind="warn">{fault.text}</Notice>}
      <Paused {...{ phone, paused, onEnded: look }} />
      <BellView phone={phone} />
      <Code phone={phone} />
      <Changes {...{ changes, onNotMe: setNotMine }} />
    </>
  )
}

/** For gateways that show no number. */
function OwnDigits() {
  const { look, say } = useApp()
  const { count, delimiter } = look.ownDigits ?? {}
  if (count === undefined || delimiter === undefined) return null
  return <p class="small">{say('phone-own-hint', { delimiter, count: String(count) })}</p>
}

/** What waits for this phone, while the page is seen. */
function useWaiting(
  phone: KeptPhone,
  onGone: () => void,
): { readonly prompt: ShownPrompt | undefined; readonly fault: Fault | undefined } {
  const { api } = useApp()
  const { fault, run } = useAction()
  const [prompt, setPrompt] = useState<ShownPrompt>()
  useLive<PhonePrompt>({
    path: '/api/phone/stream',
    body: () => streamHelloOf(phone),
    look: () =>
      run(async () => {
        const waits = await askWhatWaits(api, phone)
        if (waits === 'unknown') onGone()
        else setPrompt(ownPrompt(waits))
      }),
    onEvent(waits) {
      if (waits.step === 'shown') setPrompt(ownPrompt(waits))
    },
  })
  return { prompt, fault }
}

/** Works at every gateway that takes a code, with no network at the phone. */
function Code({ phone }: { readonly phone: KeptPhone }) {
  const { say } = useApp()
  const [digits, setDigits] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const show = async () => {
      const code = await codeNow(phone, Date.now())
      if (isOver) return
      setDigits(code.digits)
      timer = setTimeout(() => void show(), Math.max(100, code.untilMs - Date.now()))
    }
    void show()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [phone])
  return (
    <section class="part-of-phone">
      <h2>{say('phone-code')}</h2>
      <p class="big-code">{groupedDigits(digits)}</p>
      <p class="small">{say('phone-code-text')}</p>
    </section>
  )
}
