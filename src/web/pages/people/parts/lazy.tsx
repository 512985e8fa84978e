import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../logic/api.ts'
import { FaultPage, FaultView } from '../pages/fault.tsx'
import { useApp } from './app-context.ts'
import { Loading } from './basics.tsx'
import { OpenFrame } from './frame.tsx'
import { faultOf } from './use-action.ts'

type View<Props> = (props: Props) => JSX.Element | null

/** A page, or a part of one, that is loaded when it is first shown, so that the first paint waits for less. */
export function lazy<Props extends object>(
  load: () => Promise<View<Props>>,
  kind: 'page' | 'part' | 'quiet' = 'page',
): View<Props> {
  let loaded: View<Props> | undefined
  return function Lazy(props) {
    const app = useApp()
    const [, setLoaded] = useState(false)
    const [hasFailed, setFailed] = useState(false)
    useEffect(() => {
      if (loaded !== undefined) return
      load().then(
        (view) => {
          loaded = view
          setLoaded(true)
        },
        () => setFailed(true),
      )
    }, [])
    if (loaded !== undefined) {
      const Loaded = loaded
      return <Loaded {...props} />
    }
    // What the page does without until it is there.
    if (kind === 'quiet') return null
    if (hasFailed) {
      // After an upgrade of the server the file has another name, which a new document knows.
      const fault = faultOf(new Problem('offline', ''), app)
      const Failed = kind === 'page' ? FaultPage : FaultView
      return <Failed fault={fault} onAgain={async () => location.reload()} />
    }
    if (kind === 'part') return <Loading />
    return (
      <OpenFrame>
        <Loading />
      </OpenFrame>
    )
  }
}
