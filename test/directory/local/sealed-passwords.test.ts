import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { dictionaryOf } from '../../../src/compose/dictionary.ts'
import { createDirectories } from '../../../src/compose/generation/directories.ts'
import { checkSealedPasswords, passwordSealerOf } from '../../../src/compose/sealed-passwords.ts'
import { createLogger } from '../../../src/ops/index.ts'
import type { Credential } from '../../../src/signin/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import { load, problemsOf, valid } from '../../config/load-text.ts'

const never = new AbortController().signal
const keyOf = (fill: number) => new Secret(Buffer.alloc(32, fill).toString('base64'))
/** The key that `load` gives a configuration. */
const sealer = passwordSealerOf(keyOf(7))
const password = 'Grüße 99'
const eve = { directory: 'people', user: 'Eve' }
const sealedForEve = sealer.seal(eve, new Secret(password), 'password')
const ntHashOfEve = sealer.seal(eve, new Secret(password), 'nt-hash')

const withUsers = (users: string, directory = 'people') =>
  valid.replace('directories:', `directories:\n  ${directory}: { type: local, users: ${users} }`)

const problems = (users: string, directory?: string) =>
  problemsOf(withUsers(users, directory), { checks: [checkSealedPasswords] })

const pap = (typed: string): Credential => ({
  kind: 'pap',
  password: new Secret(typed),
  wellFormed: true,
})

function chap(typed: string): Credential {
  const challenge = Buffer.alloc(16, 3)
  const hash = createHash('md5').update(Uint8Array.of(9)).update(typed).update(challenge)
  return { kind: 'chap', identifier: 9, challenge, response: hash.digest() }
}

describe('sealed passwords of local users', () => {
  async function findEve(field: string) {
    const config = load(withUsers(`{ Eve: { ${field} } }`))
    const logger = createLogger({
      level: 'error',
      format: 'human',
      stream: process.stderr,
      clock: systemClock,
    })
    const { people } = config.directories
    const only = { ...config, directories: people ? { people } : {} }
    const directory = (await createDirectories(only, systemClock, logger, dictionaryOf([]))).get(
      'people',
    )
    const found = await directory?.resolve('eve', never)
    if (!directory || found?.kind !== 'user') throw new Error('eve was not found')
    const verify = (credential: Credential) => directory.verify(found.user, credential, never)
    return Object.assign(verify, { stamp: await directory.passwordStamp?.(found.user, never) })
  }

  it('have a stamp that stays over reloads, and goes with what is sealed', async () => {
    const sealed = `sealed_password: "${sealedForEve}"`
    const { stamp } = await findEve(sealed)
    expect(stamp).to.be.a('string')
    expect((await findEve(sealed)).stamp).to.equal(stamp)
    expect((await findEve(`sealed_nt_hash: "${ntHashOfEve}"`)).stamp).to.not.equal(stamp)
  })

  it('are checked by PAP and by CHAP', async () => {
    const verify = await findEve(`sealed_password: "${sealedForEve}"`)
    for (const credential of [pap, chap]) {
      expect(await verify(credential(password))).to.deep.equal({ kind: 'right' })
      expect(await verify(credential('Grüße 9'))).to.deep.equal({ kind: 'wrong' })
    }
  })

  it('are checked by PAP only where the NT hash is sealed', async () => {
    const verify = await findEve(`sealed_nt_hash: "${ntHashOfEve}"`)
    expect(await verify(pap(password))).to.deep.equal({ kind: 'right' })
    expect(await verify(pap('Grüße 9'))).to.deep.equal({ kind: 'wrong' })
    expect(await verify(chap(password))).to.have.property('kind', 'not-checkable')
  })

  for (const [field, value, what] of [
    ['sealed_password', ntHashOfEve, 'password'],
    ['sealed_nt_hash', sealedForEve, 'NT hash'],
  ] as const) {
    it(`are refused in place of the other: ${field}`, () => {
      const [problem, ...more] = problems(`{ eve: { ${field}: "${value}" } }`)
      expect(more).to.deep.equal([])
      expect(problem).to.include(`directories.people.users.eve.${field}: the sealed ${what} of eve`)
    })
  }

  it('are taken from a users_file, whatever the case of the name', () => {
    const text = valid.replace(
      'directories:',
      'directories:\n  people: { type: local, users_file: users.yaml }',
    )
    const files = { '/etc/holdfast/users.yaml': `eve: { sealed_password: "${sealedForEve}" }` }
    expect(problemsOf(text, { files, checks: [checkSealedPasswords] })).to.deep.equal([])
  })

  it('differ each time, and do not show the password', () => {
    const again = sealer.seal(eve, new Secret(password), 'password')
    expect(again).to.not.equal(sealedForEve)
    expect(Buffer.from(again.slice(7), 'base64').toString()).to.not.include('99')
  })

  const flipped = Buffer.from(sealedForEve.slice(7), 'base64')
  flipped[14] = (flipped[14] ?? 0) ^ 1
  const otherKey = passwordSealerOf(keyOf(8)).seal(
    { directory: 'people', user: 'eve' },
    new Secret(password),
    'password',
  )
  const refused: readonly (readonly [string, user: string, directory: string, value: string])[] = [
    ['moved to another person', 'mallory', 'people', sealedForEve],
    ['moved to another directory', 'eve', 'others', sealedForEve],
    ['of another key', 'eve', 'people', otherKey],
    ['that was changed', 'eve', 'people', `sealed$${flipped.toString('base64')}`],
    ['that was cut short', 'eve', 'people', sealedForEve.slice(0, 40)],
  ]
  for (const [what, user, directory, value] of refused) {
    it(`are refused when one is ${what}, by name and place`, () => {
      const [problem, ...more] = problems(`{ ${user}: { sealed_password: "${value}" } }`, directory)
      expect(more).to.deep.equal([])
      expect(problem).to.match(
        new RegExp(`^h.yaml:3:\\d+: directories.${directory}.users.${user}.sealed_password: `),
      )
      expect(problem).to.include(`the sealed password of ${user} in ${directory} `)
    })
  }

  it('are alone: no hash beside them, and no nonsense in their place', () => {
    const both = `{ eve: { sealed_password: "${sealedForEve}", password_hash: "scrypt$1" } }`
    expect(problems(both)[0]).to.include('one only')
    const sealedTwice = `{ eve: { sealed_password: "${sealedForEve}", sealed_nt_hash: "${ntHashOfEve}" } }`
    expect(problems(sealedTwice)[0]).to.include('one only')
    expect(problems('{ eve: { sealed_password: "sealed$ä" } }')[0]).to.include('sealed$')
    const bare = 'fc156af7edcd6c0edde3337d427f4eac'
    expect(problems(`{ eve: { sealed_nt_hash: "${bare}" } }`)[0]).to.include('--nt-hash makes one')
  })

  it('need a sealing key, which a demo may lack', () => {
    const demo = `insecure_demo: true
listen: ["127.0.0.1:0"]
directories: { people: { type: local, users: { eve: { sealed_password: "${sealedForEve}" } } } }
gateways: { vpn: { address: 127.0.0.1, secret: testing123 } }
`
    expect(problemsOf(demo, { checks: [checkSealedPasswords] })[0]).to.include('needs sealing_key')
  })
})
