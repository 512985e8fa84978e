import { expect } from 'chai'
import { describeStep } from '../../../src/cli/text/why-steps.ts'

const step = (what: string, detail: Readonly<Record<string, string>>) =>
  describeStep({ atMs: 0, what, detail })
const pixel = { by: '7d1c', name: 'Pixel' }

describe('what holdfast why says of phones and passkeys', () => {
  for (const [text, what, detail] of [
    [
      'the end of the typed text was read as digits of the person’s own, for the phone, and the rest as the password',
      ...(['password-read', { as: 'digits' }] as const),
    ],
    [
      'waits for the person’s phone at mfa.example.com/approve',
      ...(['prompt', { method: 'push', to: 'mfa.example.com/approve' }] as const),
    ],
    [
      'the person approved, signed by "Pixel" (7d1c)',
      ...(['prompt-ended', { result: 'approved', ...pixel }] as const),
    ],
    [
      'the person did not approve: another number was typed on "Pixel" (7d1c)',
      ...(['prompt-ended', { result: 'refused', number: 'wrong', ...pixel }] as const),
    ],
    [
      'uses an approval that came too late for the try before, signed by 7d1c',
      ...(['late-approval', { by: '7d1c' }] as const),
    ],
  ] as const) {
    it(text, () => expect(step(what, detail)).to.equal(text))
  }
})
