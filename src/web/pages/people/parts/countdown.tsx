import { useEffect, useState } from 'preact/hooks'
import { timeLeft, untilNextChange } from '../logic/time.ts'
import { useApp } from './app-context.ts'
import { Icon } from './icon.tsx'

/** The time that is left, as text. Not announced: it would talk all the time. */
export function Countdown(props: { readonly untilMs: number; readonly onOver: () => void }) {
  const { say } = useApp()
  const [now, setNow] = useState(Date.now())
  const left = timeLeft(props.untilMs, now)
  useEffect(() => {
    if (left.kind === 'over') {
      props.onOver()
      return undefined
    }
    const timer = setTimeout(() => setNow(Date.now()), untilNextChange(props.untilMs, Date.now()))
    return () => clearTimeout(timer)
  }, [now, props.untilMs])
  if (left.kind === 'over') return null
  const key = left.kind === 'minutes' ? 'minutes-left' : 'seconds-left'
  return (
    <p class="countdown">
      <Icon name="clock" />
      {say(key, { count: left.count })}
    </p>
  )
}
