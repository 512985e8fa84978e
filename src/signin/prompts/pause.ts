import { type ToldPerson, unansweredPrompts } from '../../accounts/index.ts'
import { promptPlace } from '../evidence.ts'
import type { SignInParts } from '../parts.ts'
import type { PromptResult } from '../ports/index.ts'
import type { PromptGateway } from '../sharing/prompt-record.ts'
import { labelOf } from '../usable/gateway-label.ts'

/**
 * Counts a prompt on the person's page by how it ended. Fifty of them at night would tire people into saying yes: after
 * three in a row without a yes nothing more is asked from there for an hour (PEOPLE R12). `from`: as the person reads it.
 */
export async function countAnswer(
  parts: Pick<SignInParts, 'audit' | 'clock' | 'onPause' | 'pauses' | 'texts'>,
  person: ToldPerson,
  rules: PromptGateway,
  from: string,
  result: PromptResult,
): Promise<void> {
  const { audit, clock, onPause, pauses, texts } = parts
  const place = promptPlace(rules, from)
  if (result.kind === 'approved') return pauses.settle(person.key, place)
  if (result.kind !== 'refused' && result.kind !== 'timeout') return
  const atMs = clock.nowMs()
  const { pausedUntilMs, times } = await pauses.note(person.key, place, atMs)
  if (pausedUntilMs === undefined || times !== unansweredPrompts) return
  const gateway = labelOf(rules, texts, person.language)
  const until = new Date(pausedUntilMs).toISOString()
  onPause(person, { kind: 'prompts-paused', gateway, untilMs: pausedUntilMs })
  await audit.alert({
    ...{ atMs, kind: 'prompts-paused', userKey: person.key, userName: person.name },
    detail: { gateway, from, until },
  })
}
