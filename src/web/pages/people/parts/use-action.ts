import { useEffect, useRef, useState } from 'preact/hooks'
import { Problem } from '../logic/api.ts'
import { type AppContext, useApp } from './app-context.ts'

export type Fault = { readonly title: string; readonly text: string }

/** What a person reads about a problem. */
export function faultOf(error: unknown, { say }: Pick<AppContext, 'say'>): Fault {
  const problem =
    error instanceof Problem && error.problem !== 'signed-out' ? error.problem : 'internal'
  const kind = problem === 'not-found' ? 'bad-request' : problem
  // Not the server's text: it has that in one language. What it says to a person comes as a refusal.
  return { title: say(`${kind}-title`), text: say(`${kind}-text`) }
}

/** Runs one request at a time. A fault stays on the page until the next run. */
export function useAction(): {
  readonly busy: boolean
  readonly fault: Fault | undefined
  run(action: () => Promise<void>): Promise<void>
} {
  const app = useApp()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Fault>()
  const isBusy = useRef(false)
  return {
    busy,
    fault,
    async run(action) {
      if (isBusy.current) return
      isBusy.current = true
      setBusy(true)
      setFault(undefined)
      try {
        await action()
      } catch (error) {
        if (error instanceof Problem && error.problem === 'signed-out') app.sessionEnded()
        else setFault(faultOf(error, app))
      } finally {
        isBusy.current = false
        setBusy(false)
      }
    },
  }
}

/** Loads what a page shows. */
export function useLoad<Value>(load: () => Promise<Value>): {
  readonly value: Value | undefined
  readonly fault: Fault | undefined
  set(value: Value): void
  again(): Promise<void>
} {
  const { fault, run } = useAction()
  const [value, set] = useState<Value>()
  const again = () => run(async () => set(await load()))
  useEffect(() => {
    void again()
  }, [])
  return { value, fault, set, again }
}
