import type { RejectReason } from '../../signin/index.ts'
import type { Broken } from '../method.ts'

/** An end that no sign-in has judged. `detail` is for the log, without anything secret. */
export function refuse(reason: RejectReason, detail = ''): Broken {
  return { kind: 'broken', reason, detail }
}
