import { createPasskeyJudge, createPhoneJudge } from '../../methods/index.ts'
import type { DeviceParts } from '../../operations/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'

/** Lets `simulate` play phones and passkeys. Undefined except in a demo, where nothing is protected. */
export function deviceParts(
  { config, portal }: Generation,
  { clock, opened }: Pick<Lasting, 'clock' | 'opened'>,
): DeviceParts | undefined {
  const { insecureDemo, web } = config
  if (!insecureDemo || web?.people === undefined) return undefined
  const { accounts, authenticators, personRecords: people } = opened.store
  const origin = web.people.publicUrl
  const passkeys = portal?.passkeys
  return {
    prompts: () => portal?.prompts,
    judgePhone: (...said) => createPhoneJudge({ accounts, authenticators, clock }).judge(...said),
    passkeys() {
      if (passkeys === undefined) return undefined
      const { judge } = createPasskeyJudge({ passkeys, authenticators, people, clock })
      return { host: passkeys.host, origin, judge }
    },
  }
}
