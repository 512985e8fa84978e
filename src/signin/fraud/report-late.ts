import type { SignInParts } from '../parts.ts'
import type { PagePrompt } from '../sharing/registry.ts'
import { stopGateway } from './stop-gateway.ts'
import { stopStranger } from './stop-stranger.ts'
import { untilDone } from './until-done.ts'

export type LateReportParts = Pick<
  SignInParts,
  | ('accounts' | 'audit' | 'authenticators' | 'clock' | 'log' | 'onReport')
  | ('registry' | 'remembered' | 'settings')
>

/** As long as a result is kept for those who ask later. */
const approvalMs = 60_000

/**
 * "This was not me", about a prompt that someone has answered a moment before. What was let in cannot be called back;
 * what comes next is stopped, and an approval that is not used yet is no longer valid (RULES 14, PEOPLE R13).
 */
export async function reportLate(parts: LateReportParts, prompt: PagePrompt): Promise<void> {
  const { audit, clock, log, onReport, registry, settings } = parts
  const { page, signInId, userKey } = prompt
  const { gateway, userName, withoutPassword } = page.signIn
  await registry.forgetLate(userKey)
  // The person goes on as before, so that nothing else ends what was approved.
  if (withoutPassword) await registry.spend('approval', prompt.id, clock.nowMs() + approvalMs)
  const stopped = await untilDone(
    clock,
    () =>
      withoutPassword
        ? stopGateway(parts, gateway, userKey)
        : stopStranger({ ...parts, onFraud: settings.onFraud }, userKey),
    (error) =>
      log.trouble({
        ...{ attemptId: signInId, what: 'fraud-report', detail: String(error) },
        ...{ gateway, userName },
      }),
  )
  onReport(
    { key: userKey, name: userName },
    {
      ...{ how: 'portal', gateway, signInId, stopped: stopped ?? 'not-yet' },
      ...(page.from === '' ? {} : { from: page.from }),
    },
  )
  const detail = { gateway, user: userName, from: page.from, stopped: stopped ?? 'not-yet' }
  await audit.alert({ atMs: clock.nowMs(), kind: 'fraud-reported', userKey, detail })
}
