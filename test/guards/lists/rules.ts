import type { Guard } from '../guard.ts'

/** Guards of sign-ins, by the rules of docs/background/rules.md. */
export const ruleGuards: readonly Guard[] = [
  {
    name: 'RULES 2: a prompt is shared only with equal evidence',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: 'open.evidence !== undefined && open.evidence === mine.evidence && ',
    without: '',
    noticedBy: ['test/signin/joining.test.ts'],
  },
  {
    name: 'RULES 5: a wrong code is counted',
    file: 'src/signin/typed/typed-code.ts',
    source:
      "const state = await accounts.recordFailure(user.key, 'code', clock.nowMs(), settings.lockout)",
    without: 'const state = await accounts.load(user.key)',
    noticedBy: ['test/signin/guessing.test.ts', 'test/signin/append.test.ts'],
  },
  {
    name: 'RULES 7, 10: a code counts once',
    file: 'src/signin/typed/typed-code.ts',
    source: "if (spent === 'reused') return reject(context, 'code-reused')",
    without: '',
    noticedBy: ['test/signin/append.test.ts'],
  },
  {
    name: 'RULES 14: a late approval dies with a new prompt',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: 'await context.parts.registry.forgetLate(user.key)',
    without: '',
    noticedBy: ['test/signin/late-approval.test.ts'],
  },
  {
    name: 'RULES 21: a sealed value is bound to its person',
    file: 'src/store/sealing/sealing.ts',
    source: 'JSON.stringify([installationId, table, column, userKey, keyId])',
    without: 'JSON.stringify([installationId, table, column, keyId])',
    noticedBy: ['test/store/sealing/sealing.test.ts'],
  },
  {
    name: 'RULES 25: a webhook is signed',
    file: 'src/delivery/twilio/webhooks.ts',
    source: 'token === undefined ? undefined : signedAddress(request)',
    without: "options.publicUrl ?? ''",
    noticedBy: ['test/delivery/twilio/webhooks.slow.test.ts'],
  },
  {
    name: 'RULES 25: a webhook counts once',
    file: 'src/delivery/twilio/webhooks.ts',
    source: 'if (turn !== session.turn) return endedTwiml',
    without: '',
    noticedBy: ['test/delivery/twilio/webhooks.slow.test.ts'],
  },
  {
    name: 'RULES 25: no one is rung again for a call that a restart has lost',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: "if (await registry.isInterrupted(user.key)) return reject(context, 'interrupted')",
    without: '',
    noticedBy: ['test/signin/restart.test.ts'],
  },
  {
    name: 'RULES 36: the packet that spent a code is known for a minute',
    file: 'src/store/sign-ins/judge-reuse.ts',
    source: ' && agoMs < knownForMs',
    without: '',
    noticedBy: ['test/store/sign-ins/spent.slow.test.ts', 'test/signin/lost-reply.test.ts'],
  },
  {
    name: 'RULES 38: an answered State is spent',
    file: 'src/signin/continued/spent-state.ts',
    source: 'if (!isFresh || before !== undefined) {',
    without: 'if (!isFresh && before === undefined) {',
    noticedBy: ['test/signin/continued/spent-state.test.ts'],
  },
  {
    name: 'RULES 41: a right code after many misses is a guess',
    file: 'src/signin/typed/typed-code.ts',
    source: 'if (misses < settings.lockout.lockAfter) return false',
    without: 'if (misses >= 0) return false',
    noticedBy: ['test/signin/misses.test.ts'],
  },
  {
    name: 'RULES 42: only an address or a MAC address tells a device',
    file: 'src/signin/evidence.ts',
    source:
      "const isDevice = device !== undefined && (device.kind === 'mac' || device.kind === 'address')",
    without: 'const isDevice = device !== undefined',
    noticedBy: ['test/signin/joining.test.ts'],
  },
  {
    name: 'RULES 44: a call takes nothing over',
    file: 'src/signin/prompts/claim-prompt.ts',
    source: 'const isForCode = open.sent !== undefined && mine.sent !== undefined',
    without: 'const isForCode = open.sent !== undefined || mine.sent !== undefined',
    noticedBy: ['test/signin/joining.test.ts'],
  },
  {
    name: 'RULES 28: what could be relayed is not remembered before it is bound',
    file: 'src/signin/remembered/remembered.ts',
    source: "return ['chap', 'ms-chap', 'eap'].includes(proof)",
    without: "return proof === 'none'",
    noticedBy: ['test/signin/remembered/remembered.test.ts'],
  },
  {
    name: 'RULES 28: what is to be bound is kept once it is, and not before',
    file: 'src/signin/remembered/remembered.ts',
    source: 'void bound.then(() => keep(context, signIn, stamp, notice))',
    without: 'return await keep(context, signIn, stamp, notice)',
    noticedBy: ['test/signin/remembered/remembered.test.ts'],
  },
]
