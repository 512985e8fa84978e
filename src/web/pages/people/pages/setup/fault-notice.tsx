import { Notice } from '../../parts/basics.tsx'
import type { Fault } from '../../parts/use-action.ts'

/** Why the last step did not work. */
export function FaultNotice({ fault }: { fault: Fault | undefined }) {
  if (fault === undefined) return null
  return (
    <Notice kind="bad" title={fault.title}>
      {fault.text}
    </Notice>
  )
}
