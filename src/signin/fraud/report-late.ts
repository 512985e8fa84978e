import type { SignInParts } from '../parts.ts'
import type { PagePrompt } from '../sharing/registry.ts'
import { stopStranger } from './stop-stranger.ts'
import { untilDone } from './until-done.ts'

export type LateReportParts = Pick<
  SignInParts,
  'accounts' | 'audit' | 'authenticators' | 'clock' | 'log' | 'onReport' | 'registry' | 'settings'
>

/**
 * "This was not me", about a prompt that someone has answered a moment before. What was let in cannot be called back;
 * what comes next is stopped, and an approval that is not used yet counts no more (RULES 14, PEOPLE R13).
 */
export async function reportLate(parts: LateReportParts, prompt: PagePrompt): Promise<void> {
  const { audit, clock, log, onReport, registry, settings } = parts
  const { page, signInId, userKey } = prompt
  const { gateway, userName } = page.signIn
  await registry.forgetLate(userKey)
  const stopped = await untilDone(
    clock,
    () => stopStranger({ ...parts, onFraud: settings.onFraud }, userKey),
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
