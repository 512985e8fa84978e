import { expect } from 'chai'
import { describeStep } from '../../src/cli/text/why-steps.ts'
import { type Directory, dryRun, type Resolved } from '../../src/signin/index.ts'
import { createWorld, gatewayRules, reasonOf } from './harness.ts'

const unknown: Resolved = { kind: 'unknown' }
const foreign: Resolved = {
  kind: 'unknown',
  problem: { kind: 'domain', domains: ['corp', 'corp.example'] },
}
const noDomains: Resolved = { kind: 'unknown', problem: { kind: 'domain', domains: [] } }
const leftOut: Resolved = { kind: 'unknown', problem: { kind: 'left-out' } }
const invalid: Resolved = { kind: 'invalid', form: 'separators' }
const ambiguous: Resolved = { kind: 'ambiguous', attribute: 'mail' }
const down: Resolved = { kind: 'down', detail: 'no route' }

/** Directories that say these of every name, in their order. */
function worldOf(answers: readonly Resolved[]) {
  const directories = answers.map((answer, index): Directory => {
    return {
      name: `d${index}`,
      resolve: async () => answer,
      resolveKey: async () => unknown,
      verify: async () => ({ kind: 'busy' }),
      close: async () => undefined,
    }
  })
  const names = directories.map(({ name }) => name)
  const byName = new Map(directories.map((each) => [each.name, each]))
  const gateway = gatewayRules({ firstFactor: { kind: 'directories', names } })
  return { world: createWorld({ parts: { directories: byName } }), gateway }
}

describe('a name that means no one', () => {
  for (const [what, answers, reason, steps] of [
    ['no account has it', [unknown, unknown], 'user-unknown', []],
    [
      'its domain is that of no directory',
      [foreign, noDomains],
      'domain-unknown',
      [/^directory d0 does not have the domain.*corp, corp\.example$/, /^users of directory d1/],
    ],
    [
      'one directory has the domain and no such account',
      [foreign, unknown],
      'user-unknown',
      [/does not have the domain/],
    ],
    ['its form is not understood', [invalid], 'name-invalid', [/form of the name/]],
    [
      'a directory does not understand its form, and another does',
      [invalid, unknown],
      'user-unknown',
      [/form of the name/],
    ],
    ['one does not even understand it', [foreign, invalid], 'domain-unknown', [/d0/, /form/]],
    ['user_filter excludes it', [leftOut], 'user-unknown', [/has the account, and user_filter/]],
    ['several have it', [ambiguous, unknown], 'user-ambiguous', [/several accounts.* as mail$/]],
    ['a directory is down', [foreign, down], 'directory-down', [/does not have/]],
  ] as const) {
    it(`is refused with ${reason} where ${what}`, async () => {
      const { world, gateway } = worldOf(answers)
      const user = 'P@ssw0rd-of-mine\\x'
      expect(reasonOf(await world.ask({ user, gateway }))).to.equal(reason)
      const [line] = world.lines
      const told = (line?.timeline ?? []).filter(({ what }) => /name|domain|account/.test(what))
      expect(told).to.have.length(steps.length)
      for (const [index, step] of told.entries()) {
        expect(describeStep(step)).to.match(steps[index] ?? /^$/)
      }
      // People type passwords into that field.
      expect(JSON.stringify(line)).not.to.match(/ssw0rd|mine/)

      const result = await dryRun(world.parts, {
        ...{ userName: user, gateway, device: undefined, atMs: world.clock.nowMs() },
        signal: new AbortController().signal,
      })
      expect(result.name?.map(({ what }) => what)).to.deep.equal(told.map(({ what }) => what))
    })
  }

  it('says the same, at the same moment, whatever is wrong with it', async () => {
    const seen = await Promise.all(
      [unknown, foreign, invalid, leftOut, ambiguous].map(async (answer) => {
        const { world, gateway } = worldOf([answer])
        const outcome = await world.ask({ user: 'alice', gateway })
        if (outcome.kind !== 'reject') throw new Error(outcome.kind)
        const { message, notBeforeMs = 0 } = outcome
        return `${message} ${notBeforeMs - world.clock.nowMs()}`
      }),
    )
    expect(new Set(seen).size).to.equal(1)
  })
})
